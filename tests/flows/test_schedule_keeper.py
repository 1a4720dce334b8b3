"""One of all processes that work on a database keeps the schedule; if it dies, another does."""

import subprocess
import sys
import threading

import pytest
from sqlalchemy import text

from fsm_portal import db, worker
from fsm_portal.config import settings
from fsm_portal.flows.schedule_keeper import ScheduleKeeper
from fsm_portal.setting_values import ROOT

HOLD = """
from fsm_portal.flows.schedule_keeper import ScheduleKeeper
keeper = ScheduleKeeper()
print(keeper.holds(), flush=True)
input()
"""


@pytest.fixture
def another_process(any_database, environment):
    """A process that asked for the schedule; its first line says whether it got it."""
    url = any_database.url.render_as_string(hide_password=False)
    environment.setenv("FSM_DATABASE_URL", url.replace("+psycopg", ""))
    environment.setenv("PYTHONPATH", str(ROOT))
    settings.cache_clear()
    started = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_while_one_holds_it_no_other_gets_it_and_a_killed_one_lets_go(another_process):
    first = another_process()
    assert first.stdout.readline() == "True\n"
    keeper = ScheduleKeeper()
    assert not keeper.holds()
    assert not keeper.holds()
    first.kill()
    first.wait()
    assert _soon(keeper.holds)
    assert keeper.holds()
    next_one = ScheduleKeeper()
    assert not next_one.holds()
    keeper.let_go()
    assert _soon(next_one.holds)
    next_one.let_go()


def test_whoever_lost_the_connection_does_not_believe_to_hold_it(postgres_database):
    one, other = ScheduleKeeper(), ScheduleKeeper()
    assert one.holds()
    assert not other.holds()
    with db.engine().connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        )
    assert _soon(other.holds)
    assert not one.holds()
    other.let_go()
    assert _soon(one.holds)
    one.let_go()


def test_of_several_workers_one_sweeps_and_prunes(any_database, monkeypatch):
    swept, pruned, stop = [], [], threading.Event()
    monkeypatch.setattr(worker, "SWEEP_EVERY", worker.SWEEP_EVERY * 0)
    monkeypatch.setattr(worker, "SHORTEST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "sweep", lambda **_: swept.append(threading.current_thread()))
    monkeypatch.setattr(worker, "prune", lambda _: pruned.append(threading.current_thread()))
    threads = [threading.Thread(target=worker.work, args=(stop,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert _soon(lambda: len(swept) > 20)
    stop.set()
    for thread in threads:
        thread.join(10)
    # Once a day, whatever the sweep does.
    assert len(pruned) == 1
    assert set(swept) == set(pruned)


def _soon(holds) -> bool:
    waited = threading.Event()
    return any(holds() or waited.wait(0.05) for _ in range(200))
