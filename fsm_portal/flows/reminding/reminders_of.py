"""The reminders of one invoice, as its timeline tells them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, literal, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.reminder import Reminder, step_of
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.reminding.put_in_post import letter_key
from fsm_portal.flows.reminding.schedule import step_words
from fsm_portal.gateways.recent import recently

_reminder = table_of(Reminder)
_staff = table_of(Staff)
_outbox = table_of(OutboxMessage)

Tone = Literal["info", "bad", "quiet"]


@dataclass(frozen=True)
class ReminderSent:
    """One reminder: when, to whom, by whom, and what became of it. ``id`` is its occasion;
    ``when`` the moment in words, ``why`` what kept it, empty where nothing did."""

    id: str
    at: datetime
    title: str
    note: str
    tone: Tone
    when: str
    why: str


def reminders_of(session: Session, company: Company, invoice: Invoice) -> Iterator[ReminderSent]:
    """Every reminder of ``invoice``, in no particular order."""
    rows = session.connection().execute(
        select(_reminder, _staff.c.name.label("by"), _outbox.c.dead_reason)
        .outerjoin(
            _staff,
            and_(
                _staff.c.company_id == _reminder.c.company_id,
                _staff.c.id == _reminder.c.staff_id,
            ),
        )
        .outerjoin(
            _outbox,
            and_(
                _outbox.c.company_id == _reminder.c.company_id,
                _outbox.c.key == literal(letter_key(invoice.id, "")) + _reminder.c.occasion,
            ),
        )
        .where(_reminder.c.company_id == company.id, _reminder.c.invoice_id == invoice.id)
    )
    for row in rows:
        at = row.sent_at or row.queued_at
        when = recently(at, company.time_zone, company.locale, now())
        days = step_of(row.occasion)
        note = f"{when} by {row.by}" if row.by else when
        if days is not None:
            note = f"{when} · {step_words(days)}"
        tone: Tone = "info"
        title, why = f"Reminder to {row.email}", row.left_out or row.dead_reason or ""
        if row.left_out:
            title, tone = "Reminder left out", "quiet"
        elif row.dead_reason is not None:
            title, tone = f"Reminder could not be delivered to {row.email}", "bad"
        elif row.sent_at is None:
            title, tone = f"Reminder waits to be sent to {row.email}", "quiet"
        note = f"{note}. {why}" if why else note
        yield ReminderSent(row.occasion, at, title, note, tone, when, why)
