"""The letter that reminds a customer of an invoice."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from fsm_portal.gateways.letter_page import Company, Reader, written
from fsm_portal.gateways.mail_message import Attachment, Letter


@dataclass(frozen=True, slots=True)
class InvoiceReminder:
    """An invoice that is still to be paid, on a day ``days`` after its due date (before it where
    negative).

    ``link`` is empty where there is no portal to pay in; then ``phone`` stands beside the address
    that the reader may answer to. ``follows`` is the key of the letter that brought the invoice,
    ``stop`` the address that ends reminders. ``pdf`` may be missing from a preview.
    """

    key: str
    invoice_id: str
    number: str
    customer_name: str
    total: int
    amount_due: int
    currency: str
    due_on: date
    days: int
    link: str
    link_valid_until: datetime
    stop: str
    pdf: bytes | None = None
    phone: str = ""
    follows: str | None = None
    opening: str = ""

    @property
    def partly_paid(self) -> bool:
        """Whether something was paid already."""
        return self.amount_due < self.total

    @property
    def step(self) -> str:
        """Whether it is due ``soon``, ``today``, or is ``late``."""
        return "today" if self.days == 0 else "soon" if self.days < 0 else "late"


def reminder_letter(company: Company, reader: Reader, invoice: InvoiceReminder) -> Letter:
    """The reminder, in the invoice's thread: what is due and when, its PDF, a button to pay it."""
    pdf = (
        (Attachment(f"{invoice.number}.pdf", "application/pdf", invoice.pdf),)
        if invoice.pdf is not None
        else ()
    )
    letter = written(
        "reminder",
        company,
        reader,
        key=invoice.key,
        about=(invoice.invoice_id,),
        follows=invoice.follows,
        values={"invoice": invoice},
        attachments=pdf,
    )
    return replace(letter, unsubscribe=invoice.stop)
