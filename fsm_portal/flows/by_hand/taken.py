"""What the office typed about a payment by hand, and whether it can be meant so."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.money import parse_amount

METHODS = ("cash", "cheque", "bank_transfer")
# Whoever catches up on more than that has mistyped the year.
OLDEST = timedelta(days=730)
LONGEST_NOTE = 200


@dataclass(frozen=True)
class Taken:
    """What the office typed. ``amount`` in major units, ``day`` as 2026-11-16.

    ``press_id`` is one of ours, new for each opening of the dialog. ``keep``: what is more than
    due is meant, and becomes the customer's credit.
    """

    press_id: str
    method: str
    amount: str
    day: str
    note: str = ""
    receipt: bool = False
    keep: bool = False


class CannotTake(Exception):
    """A sentence for staff and the field it is about; ``surplus`` is what is more than due.

    ``topics`` are to be rung for what came out meanwhile.
    """

    def __init__(self, field: str, sentence: str, surplus: str = "") -> None:
        super().__init__(sentence)
        self.field, self.surplus = field, surplus
        self.topics: frozenset[str] = frozenset()


def checked(taken: Taken, bill: Row[*tuple[Any, ...]]) -> tuple[int, datetime]:
    """The amount in minor units, and when it was received.

    ``bill`` has the ``currency``, the ``time_zone``, and the customer's ``name`` and ``email``.
    Raises CannotTake.
    """
    if not is_id(taken.press_id):
        raise CannotTake("", "Please open this dialog once more.")
    if taken.method not in METHODS:
        raise CannotTake("method", "Choose how it was paid.")
    try:
        amount = parse_amount(taken.amount, bill.currency)
    except ValueError as error:
        raise CannotTake("amount", str(error)) from error
    if len(taken.note) > LONGEST_NOTE:
        raise CannotTake("note", f"A note has {LONGEST_NOTE} characters at most.")
    if taken.receipt and not bill.email:
        raise CannotTake("receipt", f"{bill.name} has no email address for a receipt.")
    return amount, _moment(taken.day, ZoneInfo(bill.time_zone))


def _moment(typed: str, zone: ZoneInfo) -> datetime:
    """Noon of the day that was typed; of today it is the present."""
    this_day = now().astimezone(zone).date()
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise CannotTake("day", "Enter the day as 2026-11-16.") from error
    if day > this_day:
        raise CannotTake("day", "That day is still to come.")
    if day < this_day - OLDEST:
        raise CannotTake("day", "That is more than two years ago. Is the year right?")
    return now() if day == this_day else datetime.combine(day, time(12), zone)
