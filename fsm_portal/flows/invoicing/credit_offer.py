"""What can be credited on an invoice, and what was: for its page."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.money import to_decimal
from fsm_portal.domain.role import May
from fsm_portal.flows.crediting.open_due import open_due_of
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import Standing
from fsm_portal.flows.invoicing.credit_note_document import tax_label
from fsm_portal.flows.invoicing.lines_left import LineLeft, lines_left
from fsm_portal.flows.invoicing.taxes_of_notes import CreditedOf
from fsm_portal.gateways import formats

_note = table_of(CreditNote)


@dataclass(frozen=True)
class LineOffer:
    """A line of which something can be taken back: ``left`` says how much, ``quantity`` as one
    types it. ``id`` is its place on the invoice."""

    id: str
    description: str
    left: str
    quantity: str


@dataclass(frozen=True)
class CreditOffer:
    """``due`` is the most that can be credited, as one types it; ``words`` as one reads it.

    ``corrects``: it was sent, so the way to correct it is said.
    """

    may: bool = False
    due: str = ""
    words: str = ""
    corrects: bool = False
    lines: tuple[LineOffer, ...] = ()


NO_OFFER = CreditOffer()


@dataclass(frozen=True)
class CreditNoteView:
    """One credit note, with its paper. ``tax`` says what of it is tax, rate by rate.

    ``undone``: it went with a refund that came back.
    """

    id: str
    number: str
    day: str
    amount: str
    reason: str
    undone: bool
    pdf_url: str
    tax: str = ""


def credit_offer(
    session: Session, scope: Scope, company: Company, invoice: Invoice, standing: Standing
) -> CreditOffer:
    """What ``scope`` may credit on ``invoice``."""
    is_open = invoice.issued_at is not None and invoice.voided_at is None
    if not is_open:
        return NO_OFFER
    status = standing.status
    due = open_due_of(standing.balance, processing=status.processing, disputed=status.disputed)
    may = scope.may(May.VOID) and due.amount > 0
    return CreditOffer(
        may=may,
        due=str(to_decimal(due.amount, invoice.currency)),
        words=formats.money(due.amount, invoice.currency, company.locale),
        corrects=scope.may(May.WRITE_INVOICES),
        lines=_lines(session, company, invoice) if may else (),
    )


def _lines(session: Session, company: Company, invoice: Invoice) -> tuple[LineOffer, ...]:
    def said(line: LineLeft) -> str:
        left, of = (formats.quantity(each, company.locale) for each in (line.quantity, line.of))
        money = formats.money(line.net, invoice.currency, company.locale)
        return f"{left} of {of} left, {money} before tax"

    return tuple(
        LineOffer(
            str(line.position),
            line.description,
            said(line),
            format(line.quantity.normalize(), "f"),
        )
        for line in lines_left(session.connection(), invoice)
    )


def credit_notes_of(
    session: Session, company: Company, invoice: Invoice
) -> tuple[CreditNoteView, ...]:
    """The credit notes on ``invoice``, the newest first."""
    rows = (
        session.connection()
        .execute(
            select(_note)
            .where(_note.c.company_id == company.id, _note.c.invoice_id == invoice.id)
            .order_by(_note.c.created_at.desc(), _note.c.id.desc())
        )
        .all()
    )
    if not rows:
        return ()
    credited = CreditedOf(session.connection(), invoice)

    def tax(note_id: str) -> str:
        return ", ".join(
            f"{formats.money(each.amount, invoice.currency, company.locale)} "
            f"{tax_label(each, company.locale)}"
            for each in credited.of_note(note_id)[0]
            if each.amount
        )

    return tuple(
        CreditNoteView(
            row.id,
            row.number,
            formats.day(row.issue_date, company.locale),
            formats.money(row.total, row.currency, company.locale),
            row.reason,
            row.undone_at is not None,
            f"/documents/credit-notes/{row.id}.pdf",
            tax(row.id),
        )
        for row in rows
    )
