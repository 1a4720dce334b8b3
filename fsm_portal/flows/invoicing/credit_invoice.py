"""A credit note on an issued invoice: all that is still owed on it, or a part of that, is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, select
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine, CreditNoteTax
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceTax
from fsm_portal.domain.invoice_posting import postings_for_credit_note
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry, post
from fsm_portal.domain.money import parse_amount, round_half_up, split
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.open_due import open_due
from fsm_portal.flows.open_pages import close_all_pages
from fsm_portal.flows.recorder.credit_note import issue_note
from fsm_portal.flows.recorder.payment import lock_invoices
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.gateways import formats

_entry = table_of(LedgerEntry)
_tax = table_of(InvoiceTax)
_LONGEST_REASON = 500
_NET = ""


class CannotCredit(Exception):
    """Why it cannot be credited, in words for staff; ``field`` is the one it is about, ``topics``
    are to be rung."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
        self.topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """What was asked for: ``amount`` in major units as typed, empty for all that is owed."""

    press_id: str
    amount: str = ""
    reason: str = ""


def credit_invoice(who: Identity, invoice_id: object, asked: Asked) -> frozenset[str]:
    """Write a credit note on an invoice that was sent, once for each press; topics to ring.

    Never more than is owed: money that came in goes back by a refund, which brings a credit note
    of its own. Tax is taken back with the price, in the proportion in which both are still charged
    (docs/decisions/0015). Raises CannotCredit; an invoice of another company is no different from
    none.
    """
    if not who.may(May.VOID):
        raise CannotCredit("Your role cannot credit invoices. Ask the office to do it.")
    if not is_id(asked.press_id):
        raise CannotCredit("Please open this dialog once more.")
    if len(asked.reason) > _LONGEST_REASON:
        raise CannotCredit(f"At most {_LONGEST_REASON} characters.", "reason")
    with reading() as session:
        invoice = _issued(session, who, invoice_id)
    typed = _parsed(asked.amount, invoice.currency)
    # A page that was paid a moment ago is recorded by this, and then less is owed.
    topics = close_all_pages(who.company_id, invoice.customer_id, invoice.id)
    try:
        with unit_of_work() as session:
            _credit(session, who, invoice, asked, typed)
    except CannotCredit as error:
        error.topics = topics
        raise
    topics |= close_all_pages(who.company_id, invoice.customer_id, invoice.id)
    return topics | topics_of(who.company_id, invoice.customer_id, [invoice.id])


def _issued(session: Session, who: Identity, invoice_id: object) -> Invoice:
    invoice = None
    if isinstance(invoice_id, str) and is_id(invoice_id):
        invoice = session.get(Invoice, (who.company_id, invoice_id))
    if invoice is None:
        raise CannotCredit("This invoice does not exist.")
    if invoice.issued_at is None or invoice.voided_at is not None:
        raise CannotCredit("Only an invoice that was sent and is not void can be credited.")
    return invoice


def _parsed(typed: str, currency: str) -> int | None:
    if not typed.strip():
        return None
    try:
        return parse_amount(typed, currency)
    except ValueError as error:
        raise CannotCredit(str(error), "amount") from error


def _credit(
    session: Session, who: Identity, invoice: Invoice, asked: Asked, typed: int | None
) -> None:
    connection = session.connection()
    lock_invoices(connection, who.company_id, [invoice.id])
    if session.get(CreditNote, (who.company_id, asked.press_id)) is not None:
        return
    company = session.get_one(Company, who.company_id)
    due = open_due(session, who.company_id, invoice.id)
    amount = due.amount if typed is None else typed

    def words(minor: int) -> str:
        return formats.money(minor, invoice.currency, company.locale)

    if due.amount == 0:
        raise CannotCredit(
            due.why
            or "Nothing is owed on this invoice. What was paid goes back by a refund, and a credit "
            "note goes with that."
        )
    if amount > due.amount:
        raise CannotCredit(
            f"Only {words(due.amount)} is still owed on this invoice. {due.why}".strip(), "amount"
        )
    moment = now()
    taxes = _taxes(connection, invoice, asked.press_id, amount)
    number = issue_note(
        connection,
        {
            "company_id": who.company_id,
            "id": asked.press_id,
            "customer_id": invoice.customer_id,
            "invoice_id": invoice.id,
            "currency": invoice.currency,
            "total": amount,
            "reason": asked.reason.strip(),
            "refund_id": None,
            "undone_at": None,
            "written_by": who.person_id,
            "created_at": moment,
        },
        moment,
    )
    _write_lines(session, invoice, asked.press_id, amount, taxes)
    post(
        session,
        company_id=who.company_id,
        currency=invoice.currency,
        source=asked.press_id,
        occurred_at=moment,
        customer_id=invoice.customer_id,
        postings=postings_for_credit_note(
            amount, invoice_id=invoice.id, taxes=[(tax.tax_rate_id, tax.amount) for tax in taxes]
        ),
    )
    write_down(
        session,
        who,
        Deed.CREDITED_INVOICE,
        about="invoice",
        about_id=invoice.id,
        words=f"{number} of {words(amount)} on {invoice.number}",
    )


def _taxes(
    connection: Connection, invoice: Invoice, note_id: str, amount: int
) -> list[CreditNoteTax]:
    """What of ``amount`` is tax, by rate. The last credit takes exactly what is left of each."""
    rows = connection.execute(
        select(_tax.c.tax_rate_id, _tax.c.name, _tax.c.rate_ppm, _tax.c.base, _tax.c.amount).where(
            _tax.c.company_id == invoice.company_id, _tax.c.invoice_id == invoice.id
        )
    ).all()
    charged = {_NET: invoice.subtotal} | {row.tax_rate_id: row.amount for row in rows}
    left = _less_credited(connection, invoice, charged)
    shares = dict(zip(left, split(amount, list(left.values())), strict=True))
    return [
        CreditNoteTax(
            company_id=invoice.company_id,
            credit_note_id=note_id,
            tax_rate_id=row.tax_rate_id,
            name=row.name,
            rate_ppm=row.rate_ppm,
            base=round_half_up(Decimal(row.base * shares[row.tax_rate_id]) / row.amount),
            amount=shares[row.tax_rate_id],
        )
        for row in rows
        if shares[row.tax_rate_id]
    ]


def _less_credited(
    connection: Connection, invoice: Invoice, charged: Mapping[str, int]
) -> dict[str, int]:
    """Net and each rate's tax as they are still charged; nothing is charged less than nothing."""
    left = dict(charged)
    rows = connection.execute(
        select(_entry.c.debit, _entry.c.credit, _entry.c.part, _entry.c.amount).where(
            _entry.c.company_id == invoice.company_id,
            _entry.c.invoice_id == invoice.id,
            _entry.c.kind.in_((Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE)),
        )
    )
    for debit, credit, part, amount in rows:
        is_tax = Account.TAX in (debit, credit)
        signed = int(amount) if credit == Account.RECEIVABLE else -int(amount)
        left[part if is_tax else _NET] -= signed
    return {each: max(amount, 0) for each, amount in left.items()}


def _write_lines(
    session: Session, invoice: Invoice, note_id: str, amount: int, taxes: list[CreditNoteTax]
) -> None:
    net = amount - sum(tax.amount for tax in taxes)
    whole = amount == invoice.total
    session.add(
        CreditNoteLine(
            company_id=invoice.company_id,
            credit_note_id=note_id,
            position=1,
            description=f"{'Credit of' if whole else 'Credit of a part of'} {invoice.number}",
            quantity=Decimal(1),
            unit_price=Decimal(net),
            amount=net,
        )
    )
    session.add_all(taxes)
    session.flush()
