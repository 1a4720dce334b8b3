"""A refund's receipt: what went back, where to, and what that leaves of the payment."""

from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.invoices.invoice_document import bill_to, company_block
from fsm_portal.flows.payments.receipt_document import method_words, receipt_number
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.flows.refunding.gone_back import gone_back
from fsm_portal.gateways import pdf

_entry = table_of(LedgerEntry)
_invoice = table_of(Invoice)

# Those that there is a receipt for. Before these Stripe has not said that there is a refund.
MADE = frozenset(
    {RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.CANCELED}
)
_PARTS = (
    select(
        _invoice.c.number,
        _invoice.c.issue_date,
        _invoice.c.total,
        func.sum(_entry.c.amount).label("amount"),
    )
    .select_from(_entry)
    .outerjoin(
        _invoice,
        (_invoice.c.company_id == _entry.c.company_id) & (_invoice.c.id == _entry.c.invoice_id),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.source == bindparam("source"),
        _entry.c.kind == Kind.REFUND,
    )
    .group_by(_invoice.c.number, _invoice.c.issue_date, _invoice.c.total)
    .order_by(_invoice.c.number)
)


def refund_number(refund_id: str) -> str:
    """A short name for a refund's receipt: the end of its own id."""
    return f"RF-{refund_id[-8:].upper()}"


def refund_document(session: Session, refund: Refund) -> pdf.RefundDocument:
    """What the receipt of ``refund`` holds, in the customer's language. See ``MADE``."""
    company = session.get_one(Company, refund.company_id)
    payment = session.get_one(Payment, (refund.company_id, refund.payment_id))
    customer = session.get_one(Customer, (refund.company_id, payment.customer_id))
    locale = reader_locale(company, customer)
    words = pdf.wording(locale)
    zone = ZoneInfo(company.time_zone)
    key = {"company_id": refund.company_id, "source": refund.stripe_refund_id}
    parts = session.connection().execute(_PARTS, key).all()
    allocations = tuple(
        pdf.PaidInvoice(row.number, int(row.amount), row.issue_date, int(row.total))
        for row in parts
        if row.number is not None
    )
    gone = sum(one.amount for one in gone_back(session, payment))
    this = 0 if refund.status.came_to_nothing else refund.amount
    return pdf.RefundDocument(
        company=company_block(company),
        number=refund_number(refund.id),
        refunded_on=refund.happened_at.astimezone(zone).date(),
        amount=refund.amount,
        currency=refund.currency,
        method=method_words(payment.method, payment.last4, words),
        customer=bill_to(customer, company),
        payment=pdf.RefundedPayment(
            receipt_number(payment),
            payment.received_at.astimezone(zone).date(),
            payment.amount,
            gone - this,
            payment.amount - gone,
        ),
        reference=refund.stripe_refund_id or "",
        allocations=allocations,
        credit=sum(int(row.amount) for row in parts if row.number is None),
        remarks=_remarks(session, refund, company, words),
        stamp=_stamp(refund, words),
        created_at=refund.happened_at,
        locale=locale,
    )


def _remarks(
    session: Session, refund: Refund, company: Company, words: pdf.Wording
) -> tuple[str, ...]:
    if refund.status.came_to_nothing:
        return (words("refund.came_back", company=company.name),)
    said = [words("refund.on_its_way")] if refund.status is RefundStatus.PENDING else []
    notes = session.exec(
        select_rows(CreditNote.number)
        .where(
            CreditNote.company_id == refund.company_id,
            CreditNote.refund_id == refund.id,
            col(CreditNote.undone_at).is_(None),
        )
        .order_by(CreditNote.number)
    ).all()
    if notes:
        said.append(words("refund.with_note", numbers=words.joined(*notes, by=", ")))
    elif refund.still_owed:
        said.append(words("refund.still_owed"))
    return tuple(said)


def _stamp(refund: Refund, words: pdf.Wording) -> pdf.Stamp | None:
    if refund.status.came_to_nothing:
        return pdf.Stamp(words("stamp.came_back"), tone="bad")
    if refund.status is RefundStatus.PENDING:
        return pdf.Stamp(words("stamp.on_its_way"), tone="quiet")
    return None
