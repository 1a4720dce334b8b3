"""The letters the product writes: plain values in, a finished Letter out.

Amounts are minor units, moments are aware UTC; they are written in the writer's locale and time
zone, the words in its language. Nothing here reads the database, so a letter can be built wherever
its facts are known.
"""

from dataclasses import dataclass
from datetime import date, datetime

from fsm_portal.gateways.letter_page import Company, Reader, pdfs, written
from fsm_portal.gateways.mail_message import Attachment, Letter

__all__ = [
    "LOST_FOR",
    "Company",
    "InvoiceSent",
    "PaidInvoice",
    "PaymentLost",
    "PaymentReceived",
    "Reader",
    "RefundMade",
    "failed_letter",
    "invoice_letter",
    "receipt_letter",
    "refund_letter",
]


@dataclass(frozen=True, slots=True)
class InvoiceSent:
    """An invoice to be paid, or a copy of one that is. ``amount_due`` may be less than ``total``:
    the rest is paid. ``deposit`` of it is asked for first. ``customer_name`` is who is billed, the
    reader whom the letter greets. ``link`` is empty where there is no portal to pay in.
    ``opening`` is the company's own beginning of a letter that asks for money; empty for ours.
    ``follows`` is the key of the first letter about it, where this one is another."""

    key: str
    invoice_id: str
    number: str
    customer_name: str
    total: int
    amount_due: int
    currency: str
    due_on: date
    link: str
    link_valid_until: datetime
    pdf: bytes
    deposit: int = 0
    opening: str = ""
    follows: str | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to pay."""
        return self.amount_due <= 0

    @property
    def partly_paid(self) -> bool:
        """Whether something is left to pay, but not all of it."""
        return 0 < self.amount_due < self.total


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """What of a payment went to one invoice. ``invoice_id`` threads the letters about it."""

    invoice_id: str
    number: str
    amount: int
    still_due: int


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """A payment of a customer. ``method`` reads like "Visa ending 4242"; ``reference`` may be
    empty, and ``link`` is where there is no portal to see it in. What no invoice could take of it
    stands apart. ``follows`` is the key of the letter that brought the invoice."""

    key: str
    customer_name: str
    amount: int
    currency: str
    paid_at: datetime
    method: str
    reference: str
    invoices: tuple[PaidInvoice, ...]
    link: str
    pdf: bytes | None = None
    pdf_name: str = "Receipt.pdf"
    opening: str = ""
    follows: str | None = None

    @property
    def credit(self) -> int:
        """What is kept as the customer's credit."""
        return self.amount - sum(invoice.amount for invoice in self.invoices)


@dataclass(frozen=True, slots=True)
class RefundMade:
    """Money that goes back to a customer. ``method`` reads like "Visa ending 4242".

    ``still_due`` of each invoice is what is owed on it now. ``link`` is empty where there is no
    portal to see it in. ``credit_notes`` are those that went with it, each a name and a PDF.
    """

    key: str
    customer_name: str
    amount: int
    currency: str
    refunded_at: datetime
    method: str
    reference: str
    paid: int
    paid_at: date
    invoices: tuple[PaidInvoice, ...]
    link: str
    pdf: bytes | None = None
    pdf_name: str = "Refund.pdf"
    credit_notes: tuple[tuple[str, bytes], ...] = ()
    opening: str = ""
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentLost:
    """A payment that its bank refused or took back after its customer had left the page.

    ``reason`` is empty, or one of LOST_FOR. ``amount`` of each invoice is what was meant for it.
    """

    key: str
    customer_name: str
    amount: int
    currency: str
    method: str
    reason: str
    invoices: tuple[PaidInvoice, ...]
    link: str
    opening: str = ""
    follows: str | None = None


# Why a bank refuses a debit, as far as a customer can do something about it.
LOST_FOR = ("insufficient_funds", "no_account", "not_permitted")


def invoice_letter(company: Company, reader: Reader, invoice: InvoiceSent) -> Letter:
    """The invoice by mail, with its PDF and a button to view and pay it."""
    return written(
        "invoice",
        company,
        reader,
        key=invoice.key,
        about=(invoice.invoice_id,),
        follows=invoice.follows,
        values={"invoice": invoice},
        attachments=(Attachment(f"{invoice.number}.pdf", "application/pdf", invoice.pdf),),
    )


def receipt_letter(company: Company, reader: Reader, payment: PaymentReceived) -> Letter:
    """The receipt for a payment; in the invoice's thread if it paid just one."""
    files = pdfs((payment.pdf_name, payment.pdf))
    return _moved("receipt", company, reader, payment, {"payment": payment}, files)


def refund_letter(company: Company, reader: Reader, refund: RefundMade) -> Letter:
    """Word that money is on its way back; in the invoice's thread if it is about just one."""
    files = pdfs((refund.pdf_name, refund.pdf), *refund.credit_notes)
    return _moved("refund", company, reader, refund, {"refund": refund}, files)


def failed_letter(company: Company, reader: Reader, payment: PaymentLost) -> Letter:
    """Word that a payment came to nothing, with a button to pay again."""
    values = {"payment": payment, "known_reason": payment.reason in LOST_FOR}
    return _moved("failed", company, reader, payment, values)


def _moved(
    template: str,
    company: Company,
    reader: Reader,
    money: PaymentReceived | RefundMade | PaymentLost,
    values: dict[str, object],
    attachments: tuple[Attachment, ...] = (),
) -> Letter:
    """A letter about money that moved, or did not."""
    return written(
        template,
        company,
        reader,
        key=money.key,
        about=[invoice.invoice_id for invoice in money.invoices],
        follows=money.follows,
        values=values,
        attachments=attachments,
    )
