"""A company that reminds, an invoice that falls due, and the days around that."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.reminder import ReminderStep
from tests import cast
from tests.flows.reminding.rounds import change
from tests.invoices import write_invoice


@pytest.fixture
def schedule(company) -> None:
    """Bright Heating reminds three days before, on the day, and a week after, at nine."""
    change(company, reminders_on=True)
    for days in (-3, 0, 7):
        cast.save(ReminderStep(company_id=company.id, days=days))


@pytest.fixture
def invoice(company, dana) -> Invoice:
    """INV-0042, due on December 2."""
    return write_invoice(company, dana)


@pytest.fixture
def at(clock) -> Callable[..., None]:
    """``at(days=-3, hour=9)``: so many days after the due date, that hour in New York."""

    def go(days: int = 0, hour: int = 9, minute: int = 5) -> None:
        clock.now = datetime(2026, 12, 2, hour, minute, tzinfo=UTC) + timedelta(days=days, hours=5)

    return go
