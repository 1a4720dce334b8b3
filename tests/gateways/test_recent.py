"""Moments close to now, as short as they can be said, on the company's own clock."""

from datetime import UTC, date, datetime

import pytest

from fsm_portal.gateways.recent import midnight, recently, week_start, weekday

NOW = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)  # a Monday, nine in the morning in New York


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 16, 13, 5, tzinfo=UTC), "8:05 AM"),
        (datetime(2026, 11, 16, 5, 0, tzinfo=UTC), "12:00 AM"),
        (datetime(2026, 11, 16, 4, 59, tzinfo=UTC), "Nov 15, 11:59 PM"),
        (datetime(2026, 1, 1, 5, 0, tzinfo=UTC), "Jan 1, 12:00 AM"),
        (datetime(2026, 1, 1, 4, 59, tzinfo=UTC), "Dec 31, 2025"),
    ],
)
def test_the_further_away_the_less_exact(moment, said):
    spoken = recently(moment, "America/New_York", "en_US", NOW)
    assert spoken.replace("\u202f", " ") == said


def test_a_moment_is_written_as_its_readers_write_it():
    moment = datetime(2026, 11, 14, 13, 5, tzinfo=UTC)
    assert recently(moment, "Europe/London", "en_GB", NOW) == "14 Nov, 13:05"
    assert recently(moment, "Europe/Berlin", "de_DE", NOW) == "14. Nov., 14:05"


def test_a_week_begins_where_its_readers_begin_it():
    monday = date(2026, 11, 16)
    assert week_start(monday, "en_US") == date(2026, 11, 15)
    assert week_start(monday, "en_GB") == monday
    assert week_start(date(2026, 11, 15), "en_US") == date(2026, 11, 15)
    assert week_start(date(2026, 11, 15), "en_GB") == date(2026, 11, 9)
    assert weekday(monday, "en_US") == "Monday"


def test_midnight_is_where_the_company_is_also_when_the_clocks_change():
    assert midnight(date(2026, 11, 1), "America/New_York") == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert midnight(date(2026, 11, 2), "America/New_York") == datetime(2026, 11, 2, 5, tzinfo=UTC)
