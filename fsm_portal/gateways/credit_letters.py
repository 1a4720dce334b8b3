"""The letter that brings a credit note: how much less is owed on which invoice."""

from dataclasses import dataclass
from datetime import date

from fsm_portal.gateways.letter_page import Company, Reader, pdfs, written
from fsm_portal.gateways.mail_message import Letter


@dataclass(frozen=True, slots=True)
class CreditNoteWritten:
    """A credit note on an invoice. ``amount`` and ``still_due`` are minor units; ``reason`` may be
    empty, and ``link`` is where there is no portal. ``follows`` is the key of the letter that
    brought the invoice."""

    key: str
    invoice_id: str
    invoice_number: str
    number: str
    customer_name: str
    amount: int
    still_due: int
    currency: str
    written_on: date
    reason: str
    link: str
    pdf: bytes
    pdf_name: str
    follows: str | None = None


def credit_note_letter(company: Company, reader: Reader, note: CreditNoteWritten) -> Letter:
    """The credit note by mail, with its PDF, in the thread of its invoice."""
    return written(
        "credit_note",
        company,
        reader,
        key=note.key,
        about=(note.invoice_id,),
        follows=note.follows,
        values={"note": note},
        attachments=pdfs((note.pdf_name, note.pdf)),
    )
