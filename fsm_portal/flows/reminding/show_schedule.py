"""Settings, Reminders: the schedule, and which invoices come next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice_due import TO_PAY, InvoiceDue
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.reminding.its_steps import letter_address
from fsm_portal.flows.reminding.quiet import why_quiet
from fsm_portal.flows.reminding.round import invoices_of, steps_of
from fsm_portal.flows.reminding.schedule import REMINDERS, step_words
from fsm_portal.flows.settings.section import as_basis
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways import formats
from fsm_portal.gateways.languages import FALLBACK
from fsm_portal.gateways.recent import weekday

_due = table_of(InvoiceDue)

_DAYS_AHEAD = 7
_NAMED_A_DAY = 5
# Beyond that a number says no more than "many".
_COUNTED = 1_000

# Made once; by the index of what is to pay, day by day.
_ON = select(_due.c.invoice_id, _due.c.due_date).where(
    _due.c.company_id == bindparam("company_id"),
    _due.c.due_date.in_(bindparam("dates", expanding=True)),
    TO_PAY,
)
_FIRST = _ON.order_by(_due.c.due_date, _due.c.invoice_id).limit(_NAMED_A_DAY)
_COUNT = select(func.count()).select_from(_ON.limit(_COUNTED).subquery())


@dataclass(frozen=True)
class StepRow:
    """One step of the schedule; ``days`` after the due date, before it where negative."""

    days: int
    words: str


@dataclass(frozen=True)
class ComingRow:
    """An invoice that a step means. ``quiet`` says why it would not be reminded of as things
    stand; ``amount`` is what is due on it, ``letter`` the address at which its letter is shown."""

    id: str
    number: str
    customer: str
    amount: str
    step: str
    quiet: str
    letter: str


@dataclass(frozen=True)
class ComingDay:
    """``words`` name the day, ``count`` says how many invoices it means; the first are named."""

    id: str
    words: str
    count: str
    more: str
    rows: tuple[ComingRow, ...]


@dataclass(frozen=True)
class ScheduleView:
    """As a SectionView. ``coming`` are the next seven days."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    basis: str = ""
    on: bool = False
    steps: tuple[StepRow, ...] = ()
    coming: tuple[ComingDay, ...] = ()
    time_zone: str = ""


def show_schedule(scope: Scope) -> ScheduleView:
    """Through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return ScheduleView(desk, loaded=True)
        texts = REMINDERS.texts(company)
        steps = steps_of(session, company.id)
        return ScheduleView(
            desk,
            loaded=True,
            allowed=True,
            texts=texts,
            basis=as_basis(texts),
            on=company.reminders_on,
            steps=tuple(StepRow(days, step_words(days)) for days in steps),
            coming=_coming(session, company, steps),
            time_zone=company.time_zone.replace("_", " "),
        )


def _coming(session: Session, company: Company, steps: Sequence[int]) -> tuple[ComingDay, ...]:
    """The next days on which a step means something, today first."""
    first = today(company.time_zone)
    days = (first + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    found = (_day(session, company, steps, day, first) for day in days if steps)
    return tuple(each for each in found if each is not None)


def _day(
    session: Session, company: Company, steps: Sequence[int], day: date, first: date
) -> ComingDay | None:
    by_date = {day - timedelta(days=days): days for days in steps}
    key = {"company_id": company.id, "dates": list(by_date)}
    named = session.connection().execute(_FIRST, key).all()
    if not named:
        return None
    count = session.connection().execute(_COUNT, key).scalar_one()
    invoices = invoices_of(session, company.id, [row.invoice_id for row in named])
    quiet = why_quiet(session, company, invoices)
    rows = session.connection().execute(
        select(_due.c.invoice_id, _due.c.due).where(
            _due.c.company_id == company.id, _due.c.invoice_id.in_([row[0] for row in named])
        )
    )
    due = {row.invoice_id: row.due for row in rows}
    names = _names(session, company.id, {invoice.customer_id for invoice in invoices})
    return ComingDay(
        id=day.isoformat(),
        words=_day_words(company, day, first),
        count="1 invoice" if count == 1 else f"{_capped(count)} invoices",
        more=f"And {_capped(count - len(named), plus=count >= _COUNTED)} more"
        if count > len(named)
        else "",
        rows=tuple(
            ComingRow(
                invoice.id,
                invoice.number,
                names[invoice.customer_id],
                formats.money(int(due[invoice.id]), invoice.currency, company.locale),
                step_words(by_date[invoice.due_date]),
                quiet[invoice.id],
                letter_address(invoice.id, by_date[invoice.due_date]),
            )
            for invoice in invoices
        ),
    )


def _names(session: Session, company_id: str, ids: set[str]) -> dict[str, str]:
    customer = table_of(Customer)
    rows = session.connection().execute(
        select(customer.c.id, customer.c.name).where(
            customer.c.company_id == company_id, customer.c.id.in_(ids)
        )
    )
    return {row.id: row.name for row in rows}


def _capped(count: int, *, plus: bool = False) -> str:
    return f"{count:,}{'+' if plus or count >= _COUNTED else ''}"


def _day_words(company: Company, day: date, first: date) -> str:
    said = formats.day(day, company.locale)
    if day == first:
        return f"Today, {said}"
    if day == first + timedelta(days=1):
        return f"Tomorrow, {said}"
    return f"{weekday(day, FALLBACK)}, {said}"
