"""Moments close to now, as short as they can be said; and where a week begins (Babel, CLDR)."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import dates

from fsm_portal.gateways.formats import day, known_locale


def recently(value: datetime, time_zone: str, locale: str, now: datetime) -> str:
    """``9:03 AM`` today, ``Nov 14, 9:03 AM`` this year, ``Nov 14, 2025`` before.

    ``value`` and ``now`` are aware; what counts as today is decided in ``time_zone``.
    """
    zone, known = ZoneInfo(time_zone), known_locale(locale)
    local, today = value.astimezone(zone), now.astimezone(zone).date()
    if local.year != today.year:
        return day(local.date(), locale)
    time = str(dates.format_time(local, format="short", tzinfo=zone, locale=known))
    if local.date() == today:
        return time
    return f"{dates.format_skeleton('MMMd', local, tzinfo=zone, locale=known)}, {time}"


def week_start(today: date, locale: str) -> date:
    """The first day of the week ``today`` is in: Sunday in the United States, else often Monday."""
    return today - timedelta(days=(today.weekday() - known_locale(locale).first_week_day) % 7)


def weekday(value: date, locale: str) -> str:
    """The name of the day: ``Sunday``."""
    return str(dates.format_date(value, "EEEE", locale=known_locale(locale)))


@lru_cache(maxsize=1024)
def clock_time(value: datetime, time_zone: str, locale: str) -> str:
    """The time of day on the clock of ``time_zone``: ``9:00 AM``. ``value`` is aware."""
    zone = ZoneInfo(time_zone)
    return str(
        dates.format_time(
            value.astimezone(zone), format="short", tzinfo=zone, locale=known_locale(locale)
        )
    )


def midnight(value: date, time_zone: str) -> datetime:
    """The moment, in UTC, at which ``value`` begins in ``time_zone``."""
    return datetime(value.year, value.month, value.day, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
