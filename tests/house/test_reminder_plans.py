"""Plans: whom to remind today, and what is new to staff, is found by index."""

import pytest

from fsm_portal.db import reading, refresh_statistics, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.reminder import ReminderStep
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.noticing.times import notice_times
from fsm_portal.flows.reminding.round import remind_company
from fsm_portal.flows.reminding.show_schedule import show_schedule
from tests import cast
from tests.house.plans import is_broad, steps_of
from tests.invoices import write_invoice
from tests.payments import checkout, refused

pytestmark = pytest.mark.sqlite


@pytest.fixture
def busy(database, company, dana, maya, clock) -> Company:
    """Sixty invoices with due dates all over the year, and their rows counted as every night."""
    with unit_of_work() as session:
        row = session.get_one(Company, company.id)
        row.reminders_on = True
        session.add(row)
    for days in (-3, 0, 7):
        cast.save(ReminderStep(company_id=company.id, days=days))
    for number in range(60):
        one = write_invoice(company, dana, number=f"INV-{number}", due_in_days=number)
        attempts = [checkout(one) for _ in range(3)]
        if number % 10 == 0:
            refused(attempts[0])
    with unit_of_work() as session:
        refresh_statistics(session)
    return row


def test_the_days_selection_goes_by_index(database, busy):
    steps = steps_of(database, lambda: remind_company(busy.id))
    assert any(
        "SEARCH invoice_due" in one and "(company_id=? AND due_date=?" in one for one in steps
    )
    assert [step for step in steps if is_broad(step)] == []


def test_so_does_the_preview(database, busy):
    scope = Scope("staff", busy.id, None, cast.maya(busy).role)
    assert [
        step for step in steps_of(database, lambda: show_schedule(scope)) if is_broad(step)
    ] == []


def test_what_is_new_to_staff_is_one_statement_by_index(database, busy):
    def ask() -> None:
        with reading() as session:
            company = session.get_one(Company, busy.id)
            assert len(notice_times(session, company, tuple(NoticeKind))) == 6

    steps = steps_of(database, ask)
    assert [step for step in steps if is_broad(step)] == []
    assert len({step.partition("   in   ")[2] for step in steps}) == 2
