"""A payment's receipt, drawn as PDF."""

from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.flows.invoices.invoice_document import bill_to, company_block
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.flows.refunding.gone_back import GoneBack, gone_back
from fsm_portal.gateways import formats, pdf

# By their own names, which no language changes; Stripe's words for the others are in the wording.
_BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
}
_WENT_BACK = {
    Kind.REFUND: "refunded_on",
    Kind.DISPUTE: "taken_by_bank_on",
    Kind.PAYMENT_REVERSED: "reversed_on",
}
_ENGLISH = "en_US"


def receipt_document(session: Session, payment: Payment) -> pdf.ReceiptDocument:
    """What the receipt of ``payment`` holds, in the customer's language."""
    company = session.get_one(Company, payment.company_id)
    customer = session.get_one(Customer, (payment.company_id, payment.customer_id))
    locale = reader_locale(company, customer)
    words = pdf.wording(locale)
    allocations = allocations_of(session, payment)
    back = gone_back(session, payment)
    zone = ZoneInfo(company.time_zone)
    return pdf.ReceiptDocument(
        company=company_block(company),
        number=receipt_number(payment),
        paid_on=payment.received_at.astimezone(zone).date(),
        amount=payment.amount,
        currency=payment.currency,
        method=method_words(payment.method, payment.last4, words),
        customer=bill_to(customer, company),
        reference=payment.payment_intent_id or "",
        allocations=tuple(
            pdf.PaidInvoice(invoice.number, amount, invoice.issue_date, invoice.total)
            for invoice, amount in allocations
        ),
        credit=payment.amount - sum(amount for _, amount in allocations),
        back=tuple(
            pdf.MoneyBack(
                words(
                    f"receipt.{_WENT_BACK[one.kind]}",
                    day=formats.day(one.at.astimezone(zone).date(), locale),
                ),
                one.amount,
            )
            for one in back
        ),
        stamp=_stamp(payment, back, words),
        created_at=payment.received_at,
        locale=locale,
    )


def _stamp(payment: Payment, back: list[GoneBack], words: pdf.Wording) -> pdf.Stamp | None:
    if payment.reversed_at is not None:
        return pdf.Stamp(words("stamp.reversed"), tone="bad")
    if not back:
        return None
    if all(one.by_bank for one in back):
        return pdf.Stamp(words("stamp.disputed"), tone="quiet")
    whole = sum(one.amount for one in back) >= payment.amount
    name = "stamp.refunded" if whole else "stamp.partially_refunded"
    return pdf.Stamp(words(name), tone="quiet")


def allocations_of(session: Session, payment: Payment) -> list[tuple[Invoice, int]]:
    """The invoices a payment went to, each with its part in minor units, by number."""
    rows = session.exec(
        select(Invoice, PaymentAllocation.amount)
        .where(
            PaymentAllocation.company_id == payment.company_id,
            PaymentAllocation.payment_id == payment.id,
            Invoice.company_id == payment.company_id,
            Invoice.id == PaymentAllocation.invoice_id,
        )
        .order_by(Invoice.number)
    )
    return [(invoice, amount) for invoice, amount in rows]


def receipt_number(payment: Payment) -> str:
    """A short name for a receipt: the end of the payment's own id."""
    return receipt_number_of(payment.id)


def receipt_number_of(payment_id: str) -> str:
    """The same, where there is only the id."""
    return f"R-{payment_id[-8:].upper()}"


def method_words(method: str, last4: str, words: pdf.Wording | None = None) -> str:
    """``("visa", "4242")`` as people say it: "Visa ending 4242"; in English unless told
    otherwise."""
    words = words or pdf.wording(_ENGLISH)
    name = _BRANDS.get(method) or words.get(f"method.{method or 'card'}")
    name = name or method.replace("_", " ").capitalize()
    return words("method.ending", method=name, last4=last4) if last4 else name
