"""When somebody comes, as one says it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import clock_time, weekday


def visit_words(starts_at: datetime, time_zone: str, locale: str, today: date) -> str:
    """``Tomorrow, 9:00 AM``, ``Saturday, Nov 28, 2026, 9:00 AM``: on the company's clock."""
    day = starts_at.astimezone(ZoneInfo(time_zone)).date()
    time = clock_time(starts_at, time_zone, locale)
    away = (day - today).days
    if away in (0, 1):
        return f"{'Tomorrow' if away else 'Today'}, {time}"
    return f"{weekday(day, locale)}, {formats.day(day, locale)}, {time}"
