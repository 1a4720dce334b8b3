"""What a payment page is to ask for: which invoices, how much of each. Read from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoices.invoice_view import processing_among
from fsm_portal.flows.paying.cannot_pay import CannotPay, too_little
from fsm_portal.flows.paying.payable import Payable, amount_to_pay, check_card_amount, payable_of
from fsm_portal.flows.paying.why_not_payable import why_not_payable
from fsm_portal.flows.payments.under_dispute import disputed_among
from fsm_portal.flows.reader_locale import reader_locale

# Stripe shows 100 lines at most; more than a home shows nobody can choose.
MOST_INVOICES = 50


@dataclass(frozen=True)
class BillPart:
    """``amount`` in minor units."""

    invoice_id: str
    number: str
    amount: int


@dataclass(frozen=True)
class Bill:
    """One payment in one currency, for one invoice or several of the same customer."""

    company: Company
    account: str
    currency: str
    parts: tuple[BillPart, ...]

    @property
    def total(self) -> int:
        return sum(part.amount for part in self.parts)

    @property
    def invoice_ids(self) -> list[str]:
        return [part.invoice_id for part in self.parts]


def bill_for_one(session: Session, who: Identity, invoice_id: object, typed: object) -> Bill:
    """What ``who`` pays of one invoice: ``typed``, or without it what is proposed.

    Raises CannotPay; a stranger's invoice is no different from a missing one.
    """
    company, account = _payee(session, who)
    invoice = _theirs(session, who, invoice_id)
    payable = _payables(session, who, company, [invoice])[0]
    amount = amount_to_pay(payable, typed)
    part = BillPart(invoice.id, invoice.number, amount)
    return Bill(company, account, invoice.currency, (part,))


def bill_for_several(session: Session, who: Identity, invoice_ids: object) -> Bill:
    """All that is due on several invoices, in one payment. Raises CannotPay as for one."""
    company, account = _payee(session, who)
    chosen = invoice_ids if isinstance(invoice_ids, (list, tuple)) else []
    if not 0 < len(chosen) <= MOST_INVOICES:
        raise CannotPay(f"Choose the invoices to pay, {MOST_INVOICES} at most.")
    invoices = [_theirs(session, who, each) for each in chosen]
    if len({invoice.id for invoice in invoices}) < len(invoices):
        raise CannotPay("An invoice can be chosen once only.")
    if len({invoice.currency for invoice in invoices}) > 1:
        raise CannotPay("These invoices are in different currencies: pay one currency at a time.")
    payables = _payables(session, who, company, invoices)
    _check_sum(payables)
    parts = tuple(
        BillPart(invoice.id, invoice.number, payable.due)
        for invoice, payable in zip(invoices, payables, strict=True)
    )
    return Bill(company, account, invoices[0].currency, parts)


def _payee(session: Session, who: Identity) -> tuple[Company, str]:
    company = session.get_one(Company, who.company_id)
    if not company.can_take_payments or company.stripe_account_id is None:
        raise CannotPay(why_not_payable(company))
    return company, company.stripe_account_id


def _theirs(session: Session, who: Identity, invoice_id: object) -> Invoice:
    known = isinstance(invoice_id, str) and is_id(invoice_id)
    invoice = session.get(Invoice, (who.company_id, invoice_id)) if known else None
    if invoice is None or invoice.customer_id != who.person_id or invoice.issued_at is None:
        raise CannotPay("This invoice does not exist.")
    return invoice


def _payables(
    session: Session, who: Identity, company: Company, invoices: Sequence[Invoice]
) -> list[Payable]:
    """What can be paid of each. Raises CannotPay for the first that asks for nothing now."""
    ids = [invoice.id for invoice in invoices]
    balances = invoice_balances(session, who.company_id, ids)
    processing = processing_among(session, who.company_id, ids)
    disputed = disputed_among(
        session, who.company_id, [each for each in ids if balances[each].disputed > 0]
    )
    for invoice in invoices:
        # Of several it has to be said which.
        this = "This invoice" if len(invoices) == 1 else invoice.number
        if invoice.voided_at is not None:
            raise CannotPay(f"{this} is void: there is nothing to pay.")
        if balances[invoice.id].due <= 0:
            raise CannotPay(f"{this} is already paid. Thank you!")
        which = "this invoice" if len(invoices) == 1 else invoice.number
        if invoice.id in processing:
            raise CannotPay(f"A bank payment for {which} is on its way: please wait for it.")
        if invoice.id in disputed:
            raise CannotPay(
                f"Your bank is looking into a payment of {which}: nothing is asked now."
            )
    locale = reader_locale(company, session.get_one(Customer, (who.company_id, who.person_id)))
    return [payable_of(company, invoice, balances[invoice.id], locale) for invoice in invoices]


def _check_sum(payables: Sequence[Payable]) -> None:
    limits, total = payables[0].limits, sum(payable.due for payable in payables)
    if total < limits.least:
        raise too_little()
    if total > limits.most and len(payables) > 1:
        raise CannotPay(
            f"Together that is more than one card payment can be: {payables[0].words(limits.most)} "
            "at most. Choose fewer."
        )
    check_card_amount(total, replace(payables[0], in_parts=False))
