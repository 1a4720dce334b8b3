"""What happened to invoices lately: sent by whom, opened by whom."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.invoice_open import BY_PEOPLE, InvoiceOpen
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.mailing.letter_progress import PROGRESS, Progress, its_work, progress_of
from fsm_portal.flows.overview.happening import Dated, Tone, dated
from fsm_portal.flows.payment_rows import InvoiceLink
from fsm_portal.flows.payments.payer import PAYER, its_customer

_delivery = table_of(InvoiceDelivery)
_outbox = table_of(OutboxMessage)
_invoice = table_of(Invoice)
_customer = table_of(Customer)
_staff = table_of(Staff)
_open = table_of(InvoiceOpen)

# Made once: they run at every payment.
_SENT = (
    select(
        _delivery.c.id,
        _delivery.c.queued_at,
        *PROGRESS,
        _invoice.c.id.label("invoice_id"),
        _invoice.c.number,
        _staff.c.name.label("by"),
    )
    .join(
        _invoice,
        (_invoice.c.company_id == _delivery.c.company_id)
        & (_invoice.c.id == _delivery.c.invoice_id),
    )
    .outerjoin(
        _staff,
        (_staff.c.company_id == _delivery.c.company_id) & (_staff.c.id == _delivery.c.staff_id),
    )
    .outerjoin(_outbox, its_work())
    .where(_delivery.c.company_id == bindparam("company_id"))
    # Ids sort by their birth, and are the table's key.
    .order_by(_delivery.c.id.desc())
    .limit(bindparam("limit"))
)
# One visit is up to three rows: by its link, on the page, as a PDF.
_OPENED = (
    select(
        _open.c.invoice_id,
        _open.c.by,
        _open.c.first_at,
        _invoice.c.number,
        PAYER,
    )
    .join(
        _invoice,
        (_invoice.c.company_id == _open.c.company_id) & (_invoice.c.id == _open.c.invoice_id),
    )
    .join(_customer, its_customer(_invoice))
    .where(_open.c.company_id == bindparam("company_id"), BY_PEOPLE)
    .order_by(_open.c.first_at.desc())
    .limit(bindparam("limit"))
)


def letters(session: Session, company: Company, limit: int) -> Iterable[Dated]:
    """Invoices put in the post, and how far each is."""
    rows = session.connection().execute(_SENT, {"company_id": company.id, "limit": limit})
    for row in rows:
        progress = progress_of(row)
        title = _LETTERS[progress].format(number=row.number)
        if progress == "sent" and row.by:
            title = f"{row.by} sent {row.number}"
        link = InvoiceLink(row.invoice_id, row.number)
        tone: Tone = "bad" if progress == "failed" else "quiet"
        at = row.sent_at or row.queued_at
        yield dated(company, at, row.id, title, f"To {row.email}", (link,), tone)


def openings(session: Session, company: Company, limit: int) -> Iterable[Dated]:
    """Customers who looked at an invoice, when each first did in a session."""
    rows = (
        session.connection().execute(_OPENED, {"company_id": company.id, "limit": 3 * limit}).all()
    )
    visits = {(row.invoice_id, row.by): row for row in rows}
    for row in visits.values():
        link = InvoiceLink(row.invoice_id, row.number)
        event_id = f"{row.invoice_id}-{row.by}"
        title = f"{row.customer} opened {row.number}"
        yield dated(company, row.first_at, event_id, title, "", (link,), "quiet")


_LETTERS: dict[Progress, str] = {
    "waiting": "{number} is waiting to be sent",
    "sending": "{number} is being sent",
    "retrying": "{number} is waiting to be sent",
    "failed": "{number} could not be delivered",
    "sent": "{number} was sent",
}
