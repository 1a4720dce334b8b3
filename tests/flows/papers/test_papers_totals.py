"""What a kept invoice says of its money is what the ledger says, whatever became of it. (Case 44)

The words are read back from the stored file, figure by figure, and held against the ledger.
"""

import re
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsm_portal.db import reading
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.money import to_decimal
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.invoicing.credit_invoice import Asked, CannotCredit, credit_invoice
from fsm_portal.flows.invoicing.void_invoice import CannotVoid, void_invoice
from fsm_portal.flows.papers.paper_of import paper_of
from tests.flows import books
from tests.gateways.pdf_documents import words
from tests.invoices import write_invoice
from tests.money_back import refunded, taken_by_bank
from tests.payments import checkout, received


class Story:
    """One invoice and what happens to it; shares are in percent of its total."""

    def __init__(self, owner, company, dana, currency="USD", number="INV-0042"):
        rate = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
        self.owner, self.currency = owner, currency
        self.invoice = write_invoice(company, dana, tax_rate=rate, currency=currency, number=number)
        self.left: list[tuple[Payment, int]] = []

    def part(self, percent: int) -> int:
        return max(self.invoice.total * percent // 100, 1)

    def pay(self, percent: int) -> None:
        amount = self.part(percent)
        if books.balance(self.invoice).due > 0:
            self.left.append((received(checkout(self.invoice, amount=amount)), amount))

    def refund(self, percent: int) -> None:
        if self.left:
            payment, left = self.left.pop()
            amount = min(self.part(percent), left)
            refunded(payment, amount)
            if left > amount:
                self.left.append((payment, left - amount))

    def refund_in_vain(self, percent: int) -> None:
        if self.left:
            payment, left = self.left[-1]
            amount = min(self.part(percent), left)
            refund = refunded(payment, amount)
            refunded(payment, amount, "failed", again=refund.stripe_refund_id)

    def dispute(self, _percent: int) -> None:
        if self.left:
            taken_by_bank(*self.left.pop())

    def credit(self, percent: int) -> None:
        amount = str(to_decimal(self.part(percent), self.currency))
        with suppress(CannotCredit):
            credit_invoice(self.owner, self.invoice.id, Asked(new_id(), amount))

    def void(self, _percent: int) -> None:
        with suppress(CannotVoid):
            void_invoice(self.owner, self.invoice.id)

    def told(self) -> None:
        """Read the paper and compare it."""
        paper = paper_of(self.invoice.company_id, PaperKind.INVOICE, self.invoice.id)
        text = words(paper.content)
        with reading() as session:
            invoice = session.get_one(Invoice, (self.invoice.company_id, self.invoice.id))
        balance = books.balance(invoice)
        assert self._figures(text) == {
            "Subtotal": invoice.subtotal,
            "Total": invoice.total,
            "Paid": -balance.paid,
            "Credited": -balance.credited,
            "Amount due": balance.due,
        }, text

    def _figures(self, text: str) -> dict[str, int]:
        """Minor units: of each currency as many decimals are printed as it has."""
        found = {}
        for label in ("Subtotal", "Total", "Paid", "Credited", "Amount due"):
            # What is not owed on a void invoice is called so.
            called = "(?:Credited|Void)" if label == "Credited" else label
            figures = re.findall(rf"(?:^| ){called} (-?)(?:[^\W\d_]+ |\W)?([\d.,]*\d)(?= |$)", text)
            # "Paid Nov 16, 2026" is a stamp's.
            values = {int(f"{sign}{re.sub('[.,]', '', figure)}") for sign, figure in figures}
            assert len(values) <= 1, f"{label} is said in two ways: {text}"
            found[label] = values.pop() if values else 0
        return found


STORIES = {
    "Unpaid": [],
    "Partially paid": [("pay", 30)],
    "Paid": [("pay", 100)],
    "Paid in parts": [("pay", 30), ("pay", 70)],
    "Overpaid": [("pay", 120)],
    "Partially refunded": [("pay", 100), ("refund", 40)],
    "Refunded": [("pay", 100), ("refund", 100)],
    "A refund that came back": [("pay", 100), ("refund_in_vain", 40)],
    "Disputed": [("pay", 100), ("dispute", 0)],
    "Disputed after a refund": [("pay", 100), ("refund", 30), ("dispute", 0)],
    "Credited in part": [("credit", 25)],
    "Credited": [("credit", 100)],
    "Credited, then paid": [("credit", 25), ("pay", 75)],
    "Void": [("void", 0)],
    "Void after a credit note": [("credit", 25), ("void", 0)],
}


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
@pytest.mark.parametrize("story", STORIES)
def test_a_kept_invoice_says_what_the_ledger_says(owner, company, dana, story, currency):
    """Case 4 as well: at every step, in currencies of two decimals, none and three."""
    told = Story(owner, company, dana, currency)
    told.told()
    for act, percent in STORIES[story]:
        getattr(told, act)(percent)
        told.told()


ACTS = st.tuples(
    st.sampled_from(["pay", "pay", "refund", "refund_in_vain", "dispute", "credit", "void"]),
    st.integers(1, 130),
)


@given(acts=st.lists(ACTS, min_size=2, max_size=6))
@settings(
    max_examples=20,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_happens_it_says_what_the_ledger_says(owner, company, dana, acts):
    story = Story(owner, company, dana, number=f"INV-{new_id()[-8:]}")
    for act, percent in acts:
        getattr(story, act)(percent)
    story.told()
