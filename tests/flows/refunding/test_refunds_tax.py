"""A refund's own credit note says what tax it takes back, rate by rate. (Decision 23)"""

import io
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import InvoiceTax
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.invoicing.credit_invoice import Asked, credit_invoice
from fsm_portal.flows.invoicing.credit_note_document import credit_note_document
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.invoicing.write_invoice import DraftLine, write_draft
from fsm_portal.flows.papers.paper_of import paper_of
from tests import cast
from tests.flows import books
from tests.invoices import write_invoice
from tests.money_back import refunded
from tests.payments import checkout, received


@pytest.fixture
def taxed(clock, company, dana):
    """280.00 and 8.25% of tax: 303.10."""
    rate = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    return write_invoice(company, dana, tax_rate=rate)


@pytest.fixture
def mixed(clock, company, dana, owner):
    """Two rates, one of nothing, and what is not taxed."""
    rates = [
        cast.save(TaxRate(company_id=company.id, name=name, rate_ppm=ppm))
        for name, ppm in (("VAT", 200_000), ("VAT", 50_000), ("Zero", 0))
    ]
    lines = [
        DraftLine("Boiler service", Decimal(1), Decimal(18_900), tax_rate_id=rates[0].id),
        DraftLine("Radiator valves", Decimal(3), Decimal(1_999), tax_rate_id=rates[1].id),
        DraftLine("Manual", Decimal(1), Decimal(1_201), tax_rate_id=rates[2].id),
        DraftLine("Parking", Decimal(1), Decimal(733)),
    ]
    with unit_of_work() as session:
        invoice = write_draft(session, company, dana, lines=lines)
    send_invoice(owner, invoice.id)
    return invoice


def documents():
    """Each credit note as it is printed, in the order they were written."""
    notes = sorted(books.rows(CreditNote), key=lambda note: (note.created_at, note.id))
    with reading() as session:
        return {note.id: credit_note_document(session, session.merge(note)) for note in notes}


def said(document) -> dict[str, tuple[int, int]]:
    return {tax.label: (tax.base, tax.amount) for tax in document.taxes}


def words(content: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


def test_it_states_price_rate_and_tax_and_the_invoice_it_amends(
    any_database, owner, company, taxed
):
    """VAT Directive, 219 and 226 (8) to (10); VAT Regulations 1995, 15C."""
    refund = refunded(received(checkout(taxed)), 10_000)
    (note,) = books.rows(CreditNote)
    assert note.refund_id == refund.id
    (document,) = documents().values()
    assert said(document) == {"Sales tax 8.25%": (9_238, 762)}
    assert (document.subtotal, document.tax_total, document.total) == (9_238, 762, 10_000)
    assert [(line.tax_label, line.amount) for line in document.lines] == [
        ("Sales tax 8.25%", 9_238)
    ]
    assert (document.reference, document.reference_date) == ("INV-0042", taxed.issue_date)
    paper = words(paper_of(company.id, PaperKind.CREDIT_NOTE, note.id).content)
    for each in ("Refund of INV-0042", "$92.38", "Sales tax 8.25%", "$7.62", "Nov 2, 2026"):
        assert each in paper
    (shown,) = show_staff_invoice(owner.scope, taxed.id).credit_notes
    assert shown.tax == "$7.62 Sales tax 8.25%"


def test_each_rate_has_its_line_and_its_tax(mixed):
    """In the order of the invoice: by name, then by rate."""
    refunded(received(checkout(mixed)), 14_000)
    (document,) = documents().values()
    assert [line.tax_label for line in document.lines] == ["VAT 5%", "VAT 20%", "Zero 0%", ""]
    assert sum(line.amount for line in document.lines) == document.subtotal
    assert document.subtotal + document.tax_total == document.total == 14_000
    assert said(document)["Zero 0%"][1] == 0 < said(document)["Zero 0%"][0]


def test_a_later_refund_changes_no_note_that_was_handed_out(company, clock, mixed):
    """Nor does one that comes back, or a credit by the office."""
    payment = received(checkout(mixed))
    refunded(payment, 3_333)
    (note,) = books.rows(CreditNote)
    issued = paper_of(company.id, PaperKind.CREDIT_NOTE, note.id)
    clock.now += timedelta(minutes=1)
    second = refunded(payment, 4_444)
    before = documents()
    clock.now += timedelta(minutes=1)
    refunded(payment, 4_444, "failed", again=second.stripe_refund_id)
    refunded(payment, 1_111)
    again = paper_of(company.id, PaperKind.CREDIT_NOTE, note.id)
    assert (again.version, again.sha256) == (1, issued.sha256)
    after = documents()
    assert after[note.id] == before[note.id]
    (undone,) = [each for each in books.rows(CreditNote) if each.undone_at]
    assert said(after[undone.id]) == said(before[undone.id])


class Story:
    """One invoice and what becomes of it, a minute apart."""

    def __init__(self, owner, clock, invoice, chance) -> None:
        self.owner, self.clock, self.invoice, self.chance = owner, clock, invoice, chance
        self.paid: list[list] = []  # each payment, and what of it has not gone back

    def goes_on(self, deed: str, all_of_it: bool = False) -> bool:
        """Whether there was anything to do."""
        self.clock.now += timedelta(minutes=1)
        due = books.balance(self.invoice).due
        most = self.paid[0][1] if self.paid else 0
        if deed in ("pay", "credit"):
            most = due
        if most <= 0:
            return False
        amount = most if all_of_it else self.chance.randint(1, most)
        match deed:
            case "pay":
                self.paid.append([received(checkout(self.invoice, amount=amount)), amount])
            case "credit":
                asked = Asked(new_id(), str(Decimal(amount) / 100))
                credit_invoice(self.owner, self.invoice.id, asked)
            case "refund":
                refunded(self.paid[0][0], amount)
                self.paid[0][1] -= amount
                self.paid = [each for each in self.paid if each[1]]
            case "comes back":
                refund = refunded(self.paid[0][0], amount)
                self.clock.now += timedelta(minutes=1)
                refunded(self.paid[0][0], amount, "failed", again=refund.stripe_refund_id)
        return True


@given(
    st.lists(st.sampled_from(["refund", "comes back", "credit", "pay"]), max_size=6),
    st.lists(st.integers(1, 9_999), min_size=4, max_size=4),
    st.randoms(),
)
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happened_the_notes_add_up_to_the_invoice(
    company, dana, owner, clock, mixed, deeds, prices, chance
):
    """Refunds, refunds that come back and credits by hand, in any order: rate by rate exact."""
    rates = [each.tax_rate_id for each in taxes_of(mixed)]
    lines = [
        DraftLine("Work", Decimal(1), Decimal(price), tax_rate_id=rate)
        for price, rate in zip(prices, [*rates, None], strict=True)
    ]
    with unit_of_work() as session:
        invoice = write_draft(session, company, dana, lines=lines)
    send_invoice(owner, invoice.id)
    story = Story(owner, clock, invoice, chance)
    for deed in deeds:
        story.goes_on(deed)
    story.goes_on("pay", all_of_it=True)
    while story.goes_on("refund", all_of_it=True):
        pass
    whole: Counter[tuple[str, str]] = Counter()
    printed = documents()
    for note in books.rows(CreditNote):
        if note.invoice_id != invoice.id:
            continue
        document = printed[note.id]
        assert document.subtotal + document.tax_total == document.total == note.total
        assert sum(line.amount for line in document.lines) == document.subtotal
        assert all(tax.base >= 0 and tax.amount >= 0 for tax in document.taxes)
        for tax in document.taxes if note.undone_at is None else ():
            whole[tax.label, "base"] += tax.base
            whole[tax.label, "tax"] += tax.amount
    charged: Counter[tuple[str, str]] = Counter()
    for tax in taxes_of(invoice):
        label = f"{tax.name} {tax.rate_ppm // 10_000}%"
        charged[label, "base"], charged[label, "tax"] = tax.base, tax.amount
    assert +whole == +charged


def taxes_of(invoice) -> list[InvoiceTax]:
    return [tax for tax in books.rows(InvoiceTax) if tax.invoice_id == invoice.id]
