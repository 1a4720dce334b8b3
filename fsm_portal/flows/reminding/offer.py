"""What an invoice's page says of reminders: whether one can be sent, and when the next goes."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.reminder import Reminder, occasion_of
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import Standing
from fsm_portal.flows.reminding.quiet import DRAFT, SETTLED, VOID, why_quiet
from fsm_portal.flows.reminding.round import its_day, steps_of
from fsm_portal.gateways import formats


@dataclass(frozen=True)
class ReminderOffer:
    """``note`` says when the schedule comes to it, or why nobody is reminded."""

    may: bool = False
    note: str = ""


NO_REMINDER = ReminderOffer()


def reminder_offer(
    session: Session, scope: Scope, company: Company, invoice: Invoice, standing: Standing
) -> ReminderOffer:
    """For the eyes of ``scope``: a technician is offered nothing. ``standing`` is the invoice's."""
    if not scope.may(May.SEND_INVOICES):
        return NO_REMINDER
    why = why_quiet(session, company, [invoice], {invoice.id: standing})[invoice.id]
    if why in (DRAFT, VOID, SETTLED):
        # Its status says it.
        return NO_REMINDER
    if why:
        return ReminderOffer(note=f"No reminders. {why}")
    day = next_day(session, company, invoice)
    if day is None:
        return ReminderOffer(may=True)
    return ReminderOffer(
        may=True, note=f"The next one by your schedule: {formats.day(day, company.locale)}."
    )


def next_day(session: Session, company: Company, invoice: Invoice) -> date | None:
    """The next day on which the schedule means this invoice; None where it does not any more."""
    if not company.reminders_on:
        return None
    first = today(company.time_zone)
    for days in steps_of(session, company.id):
        day = invoice.due_date + timedelta(days=days)
        if day < first:
            continue
        key = (company.id, invoice.id, occasion_of(days))
        is_over = day == first and its_day(company) is None
        if session.get(Reminder, key) is None and not is_over:
            return day
    return None
