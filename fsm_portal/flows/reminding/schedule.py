"""A company's schedule: its steps are added and taken away, each by itself."""

from sqlalchemy import delete
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.reminder import EARLIEST, LATEST, MOST_STEPS, USUAL, ReminderStep
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.reminding.round import LAST_HOUR, steps_of
from fsm_portal.flows.settings.keep import NOT_YOURS, CannotKeep
from fsm_portal.flows.settings.section import Section, Setting, on_or_off, ticked
from fsm_portal.flows.signing_up.setup import step_is_done

_step = table_of(ReminderStep)

EARLIEST_HOUR = 7


def hour(text: str) -> int:
    """From which hour of the day on."""
    is_one = text.isascii() and text.isdecimal() and len(text) <= 2
    if not is_one or not EARLIEST_HOUR <= int(text) < LAST_HOUR:
        raise ValueError("Choose an hour of the day between 7 in the morning and 7 in the evening.")
    return int(text)


REMINDERS = Section(
    "Reminders",
    "reminders",
    {
        "on": Setting("Reminders", on_or_off, "reminders_on", ticked),
        "hour": Setting("Hour of day", hour, "reminder_hour"),
    },
)


def step_words(days: int) -> str:
    """``3 days before the due date``, ``On the due date``."""
    if days == 0:
        return "On the due date"
    count = abs(days)
    when = "before" if days < 0 else "after"
    return f"{count} day{'' if count == 1 else 's'} {when} the due date"


def add_step(who: Identity, count: str, when: str) -> frozenset[str]:
    """Remind ``count`` days ``when`` ("before", "on" or "after"); topics to ring.

    Raises CannotKeep, by the fields ``count`` and ``when``.
    """
    _must_change_settings(who)
    days = _days(count, when)
    with unit_of_work() as session:
        company = _locked(session, who)
        if len(steps_of(session, company.id)) >= MOST_STEPS:
            raise CannotKeep({"": f"{MOST_STEPS} reminders are as many as there can be."})
        if not _add(session, who, company, days):
            raise CannotKeep({"count": "This reminder is there already."})
        step_is_done(session, who, company, REMINDERS.part)
    return frozenset({company_topic(who.company_id)})


def add_usual(who: Identity) -> frozenset[str]:
    """The schedule that most begin with, where there is none; topics to ring, none where
    there is one. Raises CannotKeep."""
    with unit_of_work() as session:
        company = _locked(session, who)
        if steps_of(session, company.id):
            # Somebody else has begun meanwhile.
            return frozenset()
        for days in USUAL:
            _add(session, who, company, days)
        step_is_done(session, who, company, REMINDERS.part)
    return frozenset({company_topic(who.company_id)})


def remove_step(who: Identity, days: object) -> frozenset[str]:
    """Take a step away; topics to ring, none where it was not there. Raises CannotKeep."""
    with unit_of_work() as session:
        company = _locked(session, who)
        if type(days) is not int or days not in steps_of(session, company.id):
            return frozenset()
        session.connection().execute(
            delete(_step).where(_step.c.company_id == company.id, _step.c.days == days)
        )
        _write_down(session, who, Deed.REMOVED_REMINDER, company, days)
    return frozenset({company_topic(who.company_id)})


def _must_change_settings(who: Identity) -> None:
    if not who.may(May.CHANGE_SETTINGS):
        raise CannotKeep({"": NOT_YOURS})


def _locked(session: Session, who: Identity) -> Company:
    """The company, for one who changes its schedule at a time."""
    _must_change_settings(who)
    return session.get_one(Company, who.company_id, with_for_update={"key_share": True})


def _add(session: Session, who: Identity, company: Company, days: int) -> bool:
    if not insert_once(session, ReminderStep, {"company_id": company.id, "days": days}):
        return False
    _write_down(session, who, Deed.ADDED_REMINDER, company, days)
    return True


def _write_down(session: Session, who: Identity, deed: Deed, company: Company, days: int) -> None:
    write_down(session, who, deed, about="company", about_id=company.id, words=step_words(days))


def _days(count: str, when: str) -> int:
    if when == "on":
        return 0
    if when not in ("before", "after"):
        raise CannotKeep({"when": "Choose before, on or after."})
    count = count.strip()
    most = -EARLIEST if when == "before" else LATEST
    if not (count.isascii() and count.isdecimal() and len(count) <= 4 and 1 <= int(count) <= most):
        raise CannotKeep({"count": f"A whole number of days, from 1 to {most}."})
    return -int(count) if when == "before" else int(count)
