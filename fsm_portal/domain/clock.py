"""The one clock. Everything that asks for the time asks here, so a test can set it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return _source()


def today(time_zone: str) -> date:
    """The calendar date it is now in ``time_zone`` (an IANA name)."""
    return now().astimezone(ZoneInfo(time_zone)).date()


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Stop the clock at ``moment`` (aware) for the length of a ``with`` block."""
    global _source
    previous, _source = _source, lambda: moment
    try:
        yield
    finally:
        _source = previous
