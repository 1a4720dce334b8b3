"""Several worker processes over a real Redis: a ring in one reaches the tabs of all."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.live.notebook import notebook
from tests.redis_process import RedisServer, needs_redis

pytestmark = needs_redis


class Worker:
    def __init__(self, redis_url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.another_worker", str(notebook.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"FSM_REDIS_URL": redis_url, "PYTHONPATH": os.getcwd()},
            text=True,
        )

    def answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def do(self, *command: str) -> str:
        assert self._process.stdin is not None
        print(json.dumps(command), file=self._process.stdin, flush=True)
        return self.answer()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def redis_server(tmp_path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def workers(redis_server, tmp_path) -> Iterator[tuple[Worker, Worker]]:
    notebook.create(tmp_path / "notes.sqlite3")
    for customer in ("dana", "lee"):
        notebook.write(customer, "unpaid")
        notebook.sign_in(f"session-of-{customer}", customer)
    pair = Worker(redis_server.url), Worker(redis_server.url)
    assert [worker.answer() for worker in pair] == ["ready", "ready"]
    yield pair
    for worker in pair:
        worker.stop()


def test_a_ring_in_one_worker_reaches_the_tabs_of_the_other(workers):
    here, there = workers
    assert here.do("open", "dana") == "unpaid"
    assert there.do("open", "dana") == "unpaid"
    here.do("change", "dana", "paid")
    assert here.do("see", "dana", "paid") == "seen"
    assert there.do("see", "dana", "paid") == "seen"


def test_case_45_redis_is_killed_and_comes_back_and_every_tab_catches_up(workers, redis_server):
    here, there = workers
    here.do("open", "dana")
    there.do("open", "dana")
    there.do("open", "lee")
    redis_server.kill()
    here.do("change", "dana", "paid while Redis was away")
    assert here.do("see", "dana", "paid while Redis was away") == "seen"
    redis_server.start()
    assert there.do("see", "dana", "paid while Redis was away") == "seen"
    here.do("change", "lee", "paid afterwards")
    assert there.do("see", "lee", "paid afterwards") == "seen"
