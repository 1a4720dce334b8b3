"""The steps of a schedule as they mean one invoice: when each goes out, or why it does not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from fsm_portal.domain.clock import now, today
from fsm_portal.domain.company import Company
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.reminder import occasion_of
from fsm_portal.flows.keyset import address
from fsm_portal.flows.reminding.quiet import mailed_since
from fsm_portal.flows.reminding.reminders_of import ReminderSent, reminders_of
from fsm_portal.flows.reminding.round import LAST_HOUR, last_evening
from fsm_portal.flows.reminding.schedule import step_words
from fsm_portal.gateways import formats
from fsm_portal.gateways.languages import FALLBACK
from fsm_portal.gateways.recent import clock_time, weekday

PATH = "/dashboard/settings/reminders/letters/"


@dataclass(frozen=True)
class StepLetter:
    """One step of the schedule as it means this invoice. ``when`` says when its letter goes out,
    went out, or why it does not; ``quiet`` marks the last."""

    days: int
    words: str
    when: str
    quiet: bool
    letter: str


def letter_address(invoice_id: str, days: int | None = None) -> str:
    """Where the letters of an invoice are shown; that of a step, or of the next one."""
    step = "" if days is None else str(days)
    return address(PATH, invoice=invoice_id, step=step)


def its_steps(
    session: Session, company: Company, invoice: Invoice, steps: list[int], quiet: str
) -> tuple[StepLetter, ...]:
    """``steps`` in their order. ``quiet`` says why nobody is reminded of it at present."""
    past = {each.id: each for each in reminders_of(session, company, invoice)}
    mailed = bool(mailed_since(session, company.id, [invoice.id], last_evening(company)))
    return tuple(
        StepLetter(
            days,
            step_words(days),
            *_when(company, invoice, days, past, mailed, quiet),
            letter_address(invoice.id, days),
        )
        for days in steps
    )


def _when(
    company: Company,
    invoice: Invoice,
    days: int,
    past: dict[str, ReminderSent],
    mailed: bool,
    quiet: str,
) -> tuple[str, bool]:
    """When the step's letter goes out, and whether it does not."""
    if (there := past.get(occasion_of(days))) is not None:
        said = f"{there.title}, {there.when}"
        return (f"{said}. {there.why}" if there.why else said), there.tone != "info"
    day, first = invoice.due_date + timedelta(days=days), today(company.time_zone)
    if day < first:
        return f"{_day_words(company, day)} is over: nothing goes out.", True
    if quiet:
        return f"Not on {formats.day(day, company.locale)}. {quiet}", True
    if day > first:
        return f"{_day_words(company, day)}, from {_hour(company, day)}", False
    hour = now().astimezone(ZoneInfo(company.time_zone)).hour
    if hour >= LAST_HOUR:
        return "Today is over: nothing goes out.", True
    if mailed:
        return "Not today: a letter about it left since last evening.", True
    if hour < company.reminder_hour:
        return f"Today, from {_hour(company, day)}", False
    return ("Today, in a moment", False) if company.reminders_on else ("Today", False)


def _day_words(company: Company, day: date) -> str:
    return f"{weekday(day, FALLBACK)}, {formats.day(day, company.locale)}"


def _hour(company: Company, day: date) -> str:
    return clock_time(_at(company, day), company.time_zone, company.locale)


def _at(company: Company, day: date) -> datetime:
    return datetime.combine(
        day, time(company.reminder_hour), tzinfo=ZoneInfo(company.time_zone)
    ).astimezone(UTC)


def leaves_at(company: Company, invoice: Invoice, days: int) -> datetime:
    """The moment from which the step's letter goes out; now where that is over."""
    return max(_at(company, invoice.due_date + timedelta(days=days)), now())
