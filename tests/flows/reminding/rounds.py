"""Rounds of reminders, and what was changed before them."""

from typing import Any

from sqlmodel import SQLModel

from fsm_portal.db import unit_of_work
from fsm_portal.domain.reminder import Reminder
from fsm_portal.flows.reminding.round import remind_everybody
from tests.flows import books
from tests.flows.postbox import work_off_everything


def change(row: SQLModel, **values: Any) -> None:
    """Set columns of a row that is there."""
    with unit_of_work() as session:
        key = (row.company_id, row.id) if hasattr(row, "company_id") else row.id
        found = session.get_one(type(row), key)
        for name, value in values.items():
            setattr(found, name, value)
        session.add(found)


def reminded() -> list[str]:
    """The occasions of the round that is now, with its letters sent."""
    before = {each.occasion for each in books.rows(Reminder)}
    remind_everybody()
    work_off_everything()
    return [each.occasion for each in books.rows(Reminder) if each.occasion not in before]
