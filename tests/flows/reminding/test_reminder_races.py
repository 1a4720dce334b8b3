"""Several who remind at once, and one who dies: a step and an invoice are one letter (invariant D).

Each race has its control: without the guard the bug shows.
"""

import threading
from datetime import UTC, date, datetime

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.reminder import Reminder, ReminderStep
from fsm_portal.flows.reminding import round as the_round
from fsm_portal.flows.reminding.remind import CannotRemind, remind_of_invoice
from fsm_portal.flows.work_outbox import work_one
from tests import cast
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.invoices import write_invoice


@pytest.fixture
def schedule(any_database, company, dana, clock):
    """Twelve invoices are due today, six of each customer's; it is nine in New York."""
    with unit_of_work() as session:
        row = session.merge(company)
        row.reminders_on = True
        session.add(row)
    cast.save(ReminderStep(company_id=company.id, days=0))
    # More than ten letters at once are not sent to one address.
    northwind = cast.save(cast.northwind_dental(company))
    for number in range(12):
        write_invoice(company, (dana, northwind)[number % 2], number=f"INV-{number}")
    clock.now = datetime(2026, 12, 2, 14, 5, tzinfo=UTC)
    assert date(2026, 12, 2) == clock.now.date()


def at_once(what, times: int = 4) -> list[object]:
    """``what()`` so often at the same moment; what came of each."""
    ready = threading.Barrier(times)
    came: list[object] = []

    def go() -> None:
        ready.wait(10)
        try:
            came.append(what())
        except Exception as error:
            came.append(error)

    threads = [threading.Thread(target=go) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


@pytest.fixture
def all_have_looked(monkeypatch):
    """Nobody writes before all four have found what is due: the race, every time."""
    looked = threading.Barrier(4)
    honest = the_round._to_remind

    def slowly(*arguments):
        found = honest(*arguments)
        looked.wait(10)
        return found

    monkeypatch.setattr(the_round, "_to_remind", slowly)


def test_four_workers_one_letter_each(schedule, company, all_have_looked, postbox):
    counts = at_once(lambda: the_round.remind_company(company.id))
    assert sum(counts) == 12
    assert len(books.rows(Reminder)) == 12
    work_off_everything()
    assert len(postbox.letters()) == 12


def test_control_without_the_key_of_its_step_each_worker_sends_all(
    schedule, company, all_have_looked, monkeypatch
):
    """It is the occasion in the key that makes a reminder one."""
    monkeypatch.setattr(the_round, "occasion_of", lambda days: new_id())
    at_once(lambda: the_round._remind(company.id, the_round._next(*_today(company)), 0))
    assert len(books.rows(Reminder)) == 48


def _today(company):
    return company, 0, date(2026, 12, 2), ""


def test_a_worker_that_dies_between_two_batches_leaves_the_rest_to_the_next(
    schedule, company, monkeypatch
):
    monkeypatch.setattr(
        the_round, "_DUE_ON", the_round._DUE_ON.limit(None).limit(5)
    )  # batches of five
    rounds = iter([False, True])
    assert the_round.remind_company(company.id, lambda: next(rounds)) == 5
    assert the_round.remind_company(company.id) == 7
    assert len(books.rows(Reminder)) == 12


def test_killed_in_the_unit_of_work_neither_the_row_nor_the_letter_is_there(
    schedule, company, monkeypatch
):
    def power_cut(*_arguments, **_named):
        raise KeyboardInterrupt

    from fsm_portal.flows.reminding import put_in_post

    monkeypatch.setattr(put_in_post, "enqueue", power_cut)
    with pytest.raises(KeyboardInterrupt):
        the_round.remind_company(company.id)
    monkeypatch.undo()
    assert books.rows(Reminder) == []
    assert work_one() is None


def test_two_who_press_send_reminder_at_once_send_one(any_database, company, dana, owner, clock):
    invoice = write_invoice(company, dana)
    came = at_once(lambda: remind_of_invoice(owner, invoice.id))
    assert sum(isinstance(each, CannotRemind) for each in came) == 3
    assert len(books.rows(Reminder)) == 1


def test_control_without_the_look_at_the_last_one_each_press_is_a_letter(
    any_database, company, dana, owner, clock, monkeypatch
):
    from fsm_portal.flows.reminding import remind

    monkeypatch.setattr(remind, "_just_reminded", lambda *_: None)
    invoice = write_invoice(company, dana)
    at_once(lambda: remind_of_invoice(owner, invoice.id))
    assert len(books.rows(Reminder)) == 4
