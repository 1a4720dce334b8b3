"""The days that a statement is about: a period with a name, or two days that were typed."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PRESETS = (
    ("this-month", "This month"),
    ("last-month", "Last month"),
    ("last-3-months", "Last 3 months"),
    ("this-year", "This year"),
    ("last-year", "Last year"),
    ("all", "All"),
)
DEFAULT = "last-3-months"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Nobody's books begin before: earlier than any entry, and a moment that every database knows.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(2000, 2101)


class WrongPeriod(ValueError):
    """What is wrong with the days, in words for whoever typed them."""


@dataclass(frozen=True)
class Period:
    """``first`` to ``last``, both included; without a ``first`` from the beginning of the books.

    ``preset`` is the name in PRESETS, empty for days that were typed.
    """

    preset: str
    first: date | None
    last: date

    def moments(self, time_zone: str) -> tuple[datetime, datetime]:
        """The same in UTC, the end excluded. Days are those of ``time_zone``."""
        since = _BEGINNING if self.first is None else _midnight(self.first, time_zone)
        return since, _midnight(self.last + timedelta(days=1), time_zone)

    @property
    def query(self) -> dict[str, str]:
        """What the address of a page or document says to mean this period."""
        if self.preset:
            return {"period": self.preset}
        assert self.first is not None  # days come in pairs
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def period_of(preset: str, first: str, last: str, day: date) -> Period:
    """What an address means on ``day``: the days ``first`` and ``last`` if it names any, else the
    ``preset``. Raises WrongPeriod."""
    if not first and not last:
        return _preset(preset or DEFAULT, day)
    begins, ends = _day(first, "first"), _day(last, "last")
    if begins > ends:
        raise WrongPeriod("The first day is after the last one. Please swap them.")
    return Period("", begins, ends)


def _preset(name: str, day: date) -> Period:
    month, year = day.replace(day=1), day.replace(month=1, day=1)
    match name:
        case "this-month":
            return Period(name, month, day)
        case "last-month":
            end = month - timedelta(days=1)
            return Period(name, end.replace(day=1), end)
        case "last-3-months":
            return Period(name, _months_before(day, 3) + timedelta(days=1), day)
        case "this-year":
            return Period(name, year, day)
        case "last-year":
            end = year - timedelta(days=1)
            return Period(name, end.replace(month=1, day=1), end)
        case "all":
            return Period(name, None, day)
    raise WrongPeriod("There is no such period. Choose one of those above, or two days.")


def _months_before(day: date, months: int) -> date:
    """The same day that many months before, or that month's last."""
    counted = day.year * 12 + day.month - 1 - months
    begins = date(counted // 12, counted % 12 + 1, 1)
    ends = (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(begins + timedelta(days=day.day - 1), ends)


def _day(text: str, which: str) -> date:
    if not text:
        raise WrongPeriod(f"Please choose the {which} day too.")
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise WrongPeriod(f"The {which} day is not a day of the calendar, such as 2026-11-30.")
    if found.year not in _YEARS:
        raise WrongPeriod(f"Please choose days between {_YEARS[0]} and {_YEARS[-1]}.")
    return found


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)
