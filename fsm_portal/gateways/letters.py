"""The letters the product writes: plain values in, a finished Letter out.

Amounts are minor units, moments are aware UTC; they are written in the company's locale and time
zone. Nothing here reads the database, so a letter can be built wherever its facts are known.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from fsm_portal.gateways import formats
from fsm_portal.gateways.colour import palette
from fsm_portal.gateways.logo import fit_logo
from fsm_portal.gateways.mail_headers import one_line
from fsm_portal.gateways.mail_message import Attachment, Letter, Picture

LOGO = "logo@portal"
_LOGO = (160, 40)  # pixels that it may take
_SHARP = (320, 80)  # and that it has: screens are finer than that


@dataclass(frozen=True, slots=True)
class _Shown:
    """A picture of the letter, by its name, in the size in which it is shown."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Company:
    """Who writes. Answers go to ``reply_to``; ``colour`` is ``#rrggbb`` or empty, ``logo`` a PNG
    or None."""

    name: str
    reply_to: str
    locale: str
    time_zone: str
    colour: str = ""
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class InvoiceSent:
    """An invoice to be paid, or a copy of one that is. ``amount_due`` may be less than ``total``:
    the rest is paid. ``deposit`` of it is asked for first. ``customer_name`` is who is billed, the
    reader whom the letter greets. ``link`` is empty where there is no portal to pay in."""

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
    stands apart."""

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

    @property
    def credit(self) -> int:
        """What is kept as the customer's credit."""
        return self.amount - sum(invoice.amount for invoice in self.invoices)


@dataclass(frozen=True, slots=True)
class RefundMade:
    """Money that goes back to a customer. ``method`` reads like "Visa ending 4242".

    ``still_due`` of each invoice is what is owed on it now. ``link`` is empty where there is no
    portal to see it in.
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


def invoice_letter(company: Company, reader: Reader, invoice: InvoiceSent) -> Letter:
    """The invoice by mail, with its PDF and a button to view and pay it."""
    return _letter(
        "invoice",
        company,
        reader,
        key=invoice.key,
        thread=f"invoice/{invoice.invoice_id}",
        values={"invoice": invoice},
        attachments=(Attachment(f"{invoice.number}.pdf", "application/pdf", invoice.pdf),),
    )


def receipt_letter(company: Company, reader: Reader, payment: PaymentReceived) -> Letter:
    """The receipt for a payment; in the invoice's thread if it paid just one."""
    only = payment.invoices[0] if len(payment.invoices) == 1 else None
    pdf = Attachment(payment.pdf_name, "application/pdf", payment.pdf) if payment.pdf else None
    return _letter(
        "receipt",
        company,
        reader,
        key=payment.key,
        thread=f"invoice/{only.invoice_id}" if only else None,
        values={"payment": payment},
        attachments=(pdf,) if pdf else (),
    )


def refund_letter(company: Company, reader: Reader, refund: RefundMade) -> Letter:
    """Word that money is on its way back; in the invoice's thread if it is about just one."""
    only = refund.invoices[0] if len(refund.invoices) == 1 else None
    return _letter(
        "refund",
        company,
        reader,
        key=refund.key,
        thread=f"invoice/{only.invoice_id}" if only else None,
        values={"refund": refund},
    )


def _letter(
    template: str,
    company: Company,
    reader: Reader,
    *,
    key: str,
    values: dict[str, object],
    thread: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Letter:
    logo = fit_logo(company.logo, at_most=_SHARP) if company.logo else None
    known = {
        "company": company,
        "logo": _Shown(LOGO, *logo.within(*_LOGO)) if logo else None,
        "reader": reader,
        "palette": palette(company.colour),
        "money": lambda amount, currency: formats.money(amount, currency, company.locale),
        "day": lambda value: formats.day(value, company.locale),
        "moment": lambda value: formats.moment(value, company.time_zone, company.locale),
        **values,
    }
    templates = _templates()
    subject = templates.get_template(f"{template}.subject.txt").render(known)
    html = templates.get_template(f"{template}.html").render(known, subject=one_line(subject))
    return Letter(
        to_address=reader.address,
        to_name=reader.name,
        from_name=company.name,
        reply_to=company.reply_to,
        subject=one_line(subject),
        text=templates.get_template(f"{template}.txt").render(known),
        html=html,
        key=key,
        thread=thread,
        attachments=attachments,
        pictures=(Picture(LOGO, logo.png),) if logo else (),
    )


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("fsm_portal.gateways", "mail_templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Names come from people: in plain text nothing but their line breaks could do harm.
    templates.filters["plain"] = one_line
    templates.filters["lines"] = _lines
    templates.filters["initials"] = initials
    return templates


def _lines(text: str) -> str:
    """What a company wrote itself keeps its lines, and nothing else that is no letter."""
    return "\n".join(one_line(line) for line in text.split("\n"))


def initials(name: str) -> str:
    """Two letters for the round mark beside a company's name: "Bright Heating Co." gives BH."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()
