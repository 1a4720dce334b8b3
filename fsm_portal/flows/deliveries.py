"""The letters that carried an invoice: to whom, when, and whether they have left."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, literal, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.staff import Staff
from fsm_portal.gateways.recent import recently

_delivery = table_of(InvoiceDelivery)
_outbox = table_of(OutboxMessage)
_staff = table_of(Staff)


@dataclass(frozen=True)
class DeliveryView:
    """One letter. ``note`` says when, by whom, and what is the matter if anything is.

    ``waiting`` is on its way, ``retrying`` was turned away and will be tried again, ``failed`` was
    given up, ``sent`` has left.
    """

    id: str
    email: str
    state: Literal["waiting", "retrying", "failed", "sent"]
    note: str


def deliveries_of(session: Session, company: Company, invoice_id: str) -> tuple[DeliveryView, ...]:
    """The letters of one invoice, the newest first."""
    rows = session.connection().execute(
        select(
            _delivery.c.id,
            _delivery.c.email,
            _delivery.c.queued_at,
            _delivery.c.sent_at,
            _staff.c.name.label("by"),
            _outbox.c.attempts,
            _outbox.c.settled_at,
            _outbox.c.dead_reason,
        )
        .outerjoin(
            _staff,
            (_staff.c.company_id == _delivery.c.company_id) & (_staff.c.id == _delivery.c.staff_id),
        )
        .outerjoin(
            _outbox,
            (_outbox.c.company_id == _delivery.c.company_id)
            # The key send_invoice queues a letter under.
            & (_outbox.c.key == literal("invoice-mail:") + _delivery.c.id),
        )
        .where(_delivery.c.company_id == company.id, _delivery.c.invoice_id == invoice_id)
        .order_by(_delivery.c.queued_at.desc(), _delivery.c.id.desc())
    )
    return tuple(_delivery_view(row, company) for row in rows)


def _delivery_view(row: Row[*tuple[Any, ...]], company: Company) -> DeliveryView:
    def when(moment: Any) -> str:
        return recently(moment, company.time_zone, company.locale, now())

    by = f" by {row.by}" if row.by else ""
    if row.sent_at is not None:
        return DeliveryView(row.id, row.email, "sent", f"{when(row.sent_at)}{by}")
    asked = f"Queued {when(row.queued_at)}{by}"
    if row.dead_reason is not None:
        return DeliveryView(row.id, row.email, "failed", f"{asked}. {row.dead_reason}")
    if row.attempts is not None and row.attempts > 1:
        return DeliveryView(
            row.id, row.email, "retrying", f"{asked}. Tried {row.attempts} times so far"
        )
    return DeliveryView(row.id, row.email, "waiting", asked)
