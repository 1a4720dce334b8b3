"""The letters that carried an invoice: to whom, when, and whether they have left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.mailing.letter_progress import (
    NO_LETTER,
    PROGRESS,
    LetterView,
    Progress,
    its_work,
    letter_view,
    progress_of,
)
from fsm_portal.gateways.recent import recently

_delivery = table_of(InvoiceDelivery)
_outbox = table_of(OutboxMessage)
_staff = table_of(Staff)


@dataclass(frozen=True)
class DeliveryView:
    """One letter. ``note`` says when, by whom, and what is the matter if anything is."""

    id: str
    email: str
    progress: Progress
    note: str


def deliveries_of(
    session: Session, company: Company, invoice_id: str
) -> tuple[tuple[tuple[datetime, DeliveryView], ...], LetterView]:
    """The letters of one invoice, the newest first, each with the moment it left or was put in the
    post; and that newest one in a few words."""
    rows = _rows(session, company, invoice_id)
    newest = letter_view(rows[0], company) if rows else NO_LETTER
    dated = tuple((row.sent_at or row.queued_at, _delivery_view(row, company)) for row in rows)
    return dated, newest


def _rows(session: Session, company: Company, invoice_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    return (
        session.connection()
        .execute(
            select(
                _delivery.c.id,
                _delivery.c.queued_at,
                _staff.c.name.label("by"),
                *PROGRESS,
            )
            .outerjoin(
                _staff,
                (_staff.c.company_id == _delivery.c.company_id)
                & (_staff.c.id == _delivery.c.staff_id),
            )
            .outerjoin(_outbox, its_work())
            .where(_delivery.c.company_id == company.id, _delivery.c.invoice_id == invoice_id)
            .order_by(_delivery.c.queued_at.desc(), _delivery.c.id.desc())
        )
        .all()
    )


def _delivery_view(row: Row[*tuple[Any, ...]], company: Company) -> DeliveryView:
    progress = progress_of(row)
    moment = row.sent_at if progress == "sent" else row.queued_at
    when = recently(moment, company.time_zone, company.locale, now())
    note = f"{when} by {row.by}" if row.by else when
    if progress != "sent":
        note = f"Asked for {note}"
    if progress == "failed":
        note = f"{note}. {row.dead_reason}"
    if progress == "retrying":
        note = f"{note}. Tried {'once' if row.attempts == 1 else f'{row.attempts} times'} so far"
    return DeliveryView(row.id, row.email, progress, note)
