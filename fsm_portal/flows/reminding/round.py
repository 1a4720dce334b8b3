"""The schedule's round: whoever is due today is reminded, from the company's hour on.

A step belongs to one day. A day on which nothing ran is left out and not made up for: letters of a
week do not come at once. Safe to run twice at once, and to be killed anywhere: a reminder is there
once by its key, and the next round of the day finds what is left.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, select, true
from sqlmodel import Session

from fsm_portal.db import UNREACHABLE, reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_due import TO_PAY, InvoiceDue
from fsm_portal.domain.reminder import Reminder, ReminderStep, occasion_of
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.reminding.put_in_post import put_in_post
from fsm_portal.flows.reminding.quiet import addresses_of, mailed_since, why_quiet
from fsm_portal.gateways.recent import midnight

_log = logging.getLogger(__name__)
_company = table_of(Company)
_step = table_of(ReminderStep)
_due = table_of(InvoiceDue)
_reminder = table_of(Reminder)
_invoice = table_of(Invoice)

# Nobody is reminded of money late in the evening.
LAST_HOUR = 20
# Judged together and put in the post in one unit of work, which takes some hundredths of a second.
_BATCH = 100
# Whoever got a letter about it so lately is not reminded of it in the morning.
_EVENING = timedelta(hours=6)

# Made once. By index for one day of one company, whatever else it has.
_DUE_ON = (
    select(_due.c.invoice_id)
    .where(
        _due.c.company_id == bindparam("company_id"),
        _due.c.due_date == bindparam("due_date"),
        _due.c.invoice_id > bindparam("after"),
        TO_PAY,
        ~exists().where(
            _reminder.c.company_id == _due.c.company_id,
            _reminder.c.invoice_id == _due.c.invoice_id,
            _reminder.c.occasion == bindparam("occasion"),
        ),
    )
    .order_by(_due.c.invoice_id)
    .limit(_BATCH)
)


@dataclass(frozen=True)
class Reminded:
    """How many reminders were put in the post, and the topics to ring."""

    count: int = 0
    topics: frozenset[str] = frozenset()


def remind_everybody(should_stop: Callable[[], bool] = lambda: False) -> Reminded:
    """One round over all companies that remind by themselves."""
    with reading() as session:
        ids = (
            session.connection()
            .execute(select(_company.c.id).where(_company.c.reminders_on.is_(true())))
            .scalars()
            .all()
        )
    count, topics = 0, set[str]()
    for company_id in ids:
        if should_stop():
            break
        try:
            done = remind_company(company_id, should_stop)
        except UNREACHABLE:
            raise
        except Exception:
            # One company's trouble is not another's: they are reminded all the same.
            _log.exception("reminding the customers of company %s", company_id)
            continue
        count += done
        if done:
            topics.add(company_topic(company_id))
    return Reminded(count, frozenset(topics))


def remind_company(company_id: str, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Put what is due today of one company in the post; how many that were."""
    with reading() as session:
        company = session.get_one(Company, company_id)
        steps = steps_of(session, company_id)
    day = its_day(company)
    if day is None:
        return 0
    count = 0
    # The latest step first: an invoice that two of them mean today is reminded of once.
    for days in sorted(steps, reverse=True):
        after = ""
        while not should_stop():
            found = _next(company, days, day, after)
            if not found:
                break
            after = found[-1]
            count += _remind(company_id, found, days)
    return count


def its_day(company: Company) -> date | None:
    """The day that it is for a company that reminds by itself; None outside of its hours."""
    if not company.reminders_on:
        return None
    here = now().astimezone(ZoneInfo(company.time_zone))
    return here.date() if company.reminder_hour <= here.hour < LAST_HOUR else None


def steps_of(session: Session, company_id: str) -> list[int]:
    """The company's schedule, as days after the due date."""
    rows = session.connection().execute(
        select(_step.c.days).where(_step.c.company_id == company_id).order_by(_step.c.days)
    )
    return list(rows.scalars())


def _next(company: Company, days: int, day: date, after: str) -> list[str]:
    """The next invoices that the step means today and that it has not reminded of."""
    key = {
        "company_id": company.id,
        "due_date": day - timedelta(days=days),
        "after": after,
        "occasion": occasion_of(days),
    }
    with reading() as session:
        return list(session.connection().execute(_DUE_ON, key).scalars())


def _remind(company_id: str, invoice_ids: list[str], days: int) -> int:
    with reading() as session:
        company = session.get_one(Company, company_id)
        chosen = _to_remind(session, company, invoice_ids)
    if not chosen:
        return 0
    with unit_of_work() as session:
        return sum(
            put_in_post(session, company_id, invoice_id, occasion_of(days), email)
            for invoice_id, email in chosen
        )


def _to_remind(session: Session, company: Company, invoice_ids: list[str]) -> list[tuple[str, str]]:
    """Those that are not quiet and of which there was no letter since last evening, with the
    address of each."""
    invoices = invoices_of(session, company.id, invoice_ids)
    quiet = why_quiet(session, company, invoices)
    mailed = mailed_since(session, company.id, invoice_ids, last_evening(company))
    left = [each for each in invoices if not quiet[each.id] and each.id not in mailed]
    addresses = addresses_of(session, company.id, {each.customer_id for each in left})
    return [(each.id, addresses[each.customer_id]) for each in left]


def invoices_of(session: Session, company_id: str, ids: list[str]) -> list[Invoice]:
    """The invoices with these ids, in their order."""
    found = {
        each.id: each
        for each in session.scalars(
            select(Invoice).where(_invoice.c.company_id == company_id, _invoice.c.id.in_(ids))
        )
    }
    return [found[each] for each in ids if each in found]


def last_evening(company: Company) -> datetime:
    """Six in the evening before, where the company is."""
    here = now().astimezone(ZoneInfo(company.time_zone)).date()
    return midnight(here, company.time_zone) - _EVENING
