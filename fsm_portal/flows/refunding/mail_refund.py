"""The letter that tells a customer of money on its way back."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.mail_text import TextKind
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.mailing.about_invoices import about_invoices
from fsm_portal.flows.mailing.letter_to import letter_to
from fsm_portal.flows.mailing.post_office import post_letter
from fsm_portal.flows.outbox import Done, GiveUp, Work
from fsm_portal.flows.papers.paper import Paper
from fsm_portal.flows.papers.paper_of import NoPaper, paper_of
from fsm_portal.gateways import letters
from fsm_portal.gateways.letter_words import method_words

_entry = table_of(LedgerEntry)
_invoice = table_of(Invoice)
_note = table_of(CreditNote)
_payment = table_of(Payment)
_refund = table_of(Refund)


def mail_refund(work: Work) -> Done:
    """Send the letter of one refund, unless it has come to nothing meanwhile."""
    refund_id = work.payload.get("refund_id")
    if refund_id is None:
        raise GiveUp("the queued work lacks its refund")
    paper = _paper(work.company_id, refund_id)
    notes = [
        paper_of(work.company_id, PaperKind.CREDIT_NOTE, note_id)
        for note_id in _notes(work.company_id, refund_id)
    ]
    with reading() as session:
        refund = session.get_one(Refund, (work.company_id, refund_id))
        if refund.status.came_to_nothing:
            return Done()
        payment = session.get_one(Payment, (work.company_id, refund.payment_id))
        to = letter_to(session, work, payment.customer_id, about="word of a refund")
        about = about_invoices(session, to, _shares(session, refund), TextKind.REFUND)
        letter = letters.refund_letter(
            to.writer,
            to.reader,
            letters.RefundMade(
                key=work.key,
                customer_name=to.customer.name,
                amount=refund.amount,
                currency=refund.currency,
                refunded_at=refund.happened_at,
                method=method_words(payment.method, payment.last4, to.writer.language),
                reference=refund.stripe_refund_id or "",
                paid=payment.amount,
                paid_at=payment.received_at.astimezone(ZoneInfo(to.company.time_zone)).date(),
                invoices=about.invoices,
                link=about.link,
                pdf=paper.content if paper else None,
                pdf_name=paper.name if paper else "",
                # Whoever deducted the tax has to be given the credit note as well.
                credit_notes=tuple((note.name, note.content) for note in notes),
                opening=about.opening,
                follows=about.follows,
            ),
        )
    return post_letter(work, letter, invoice_id=about.only)


def _paper(company_id: str, refund_id: str) -> Paper | None:
    """Its receipt; none where there is none, as of a refund that came to nothing meanwhile."""
    try:
        return paper_of(company_id, PaperKind.REFUND, refund_id)
    except NoPaper:
        return None


def _notes(company_id: str, refund_id: str) -> list[str]:
    """The credit notes that went with it, by number."""
    with reading() as session:
        # By the customer: that has an index.
        rows = session.connection().execute(
            select(_note.c.id)
            .join(
                _payment,
                (_payment.c.company_id == _note.c.company_id)
                & (_payment.c.customer_id == _note.c.customer_id),
            )
            .join(
                _refund,
                (_refund.c.company_id == _payment.c.company_id)
                & (_refund.c.payment_id == _payment.c.id)
                & (_refund.c.id == _note.c.refund_id),
            )
            .where(
                _refund.c.company_id == company_id,
                _refund.c.id == refund_id,
                _note.c.undone_at.is_(None),
            )
            .order_by(_note.c.number)
        )
        return [row.id for row in rows]


def _shares(session: Session, refund: Refund) -> list[tuple[str, str, int]]:
    """On which invoices it went back, each with its part, by number; credit is on none."""
    rows = session.connection().execute(
        select(_invoice.c.id, _invoice.c.number, _entry.c.amount)
        .join(
            _invoice,
            (_invoice.c.company_id == _entry.c.company_id) & (_invoice.c.id == _entry.c.invoice_id),
        )
        .where(
            _entry.c.company_id == refund.company_id,
            _entry.c.source == refund.stripe_refund_id,
            _entry.c.kind == Kind.REFUND,
        )
        .order_by(_invoice.c.number)
    )
    return [(row.id, row.number, row.amount) for row in rows]
