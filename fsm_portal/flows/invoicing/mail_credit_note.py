"""The letter that brings its customer a credit note."""

from fsm_portal.db import reading
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.mailing.about_invoices import about_invoices
from fsm_portal.flows.mailing.letter_to import letter_to
from fsm_portal.flows.mailing.post_office import post_letter
from fsm_portal.flows.outbox import Done, GiveUp, Work
from fsm_portal.flows.papers.paper_of import paper_of
from fsm_portal.gateways.credit_letters import CreditNoteWritten, credit_note_letter


def mail_credit_note(work: Work) -> Done:
    """Send the letter of one credit note with its PDF, unless it counts no more."""
    note_id = work.payload.get("credit_note_id")
    if note_id is None:
        raise GiveUp("the queued work lacks its credit note")
    paper = paper_of(work.company_id, PaperKind.CREDIT_NOTE, note_id)
    with reading() as session:
        note = session.get_one(CreditNote, (work.company_id, note_id))
        if note.undone_at is not None or note.invoice_id is None:
            return Done()
        to = letter_to(session, work, note.customer_id, about="the credit note")
        invoice = session.get_one(Invoice, (work.company_id, note.invoice_id))
        about = about_invoices(session, to, [(invoice.id, invoice.number, note.total)])
        letter = credit_note_letter(
            to.writer,
            to.reader,
            CreditNoteWritten(
                key=work.key,
                invoice_id=invoice.id,
                invoice_number=invoice.number,
                number=note.number,
                customer_name=to.customer.name,
                amount=note.total,
                still_due=about.invoices[0].still_due,
                currency=note.currency,
                written_on=note.issue_date,
                reason=note.reason,
                link=about.link,
                pdf=paper.content,
                pdf_name=paper.name,
                follows=about.follows,
            ),
        )
    return post_letter(work, letter, invoice_id=invoice.id)
