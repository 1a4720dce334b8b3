"""Four worker processes of the portal over one PostgreSQL and one Redis, that act in one moment.

    with four_workers() as workers:
        said = workers.at_once([Job(ask_refund, owner, wish), Job(ask_refund, owner, other)])

Job number n is done by worker n % 4, each in a thread of its own, all let go at the same time.
What a job answers comes back, or how it ended; what it rings goes out over Redis.
"""

import os
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from fsm_portal import db, live
from fsm_portal.config import settings
from fsm_portal.gateways import stripe_client
from tests.flows.forks import forks

WORKERS = 4
_THREADS = 12
# From the last of them having its jobs to the first one's beginning.
_HEAD_START = 0.05


class Job:
    """A function of a module (it is sent by its name) and what it is called with."""

    def __init__(self, do: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        self.do, self.arguments, self.named = do, arguments, named

    def __repr__(self) -> str:
        return f"{self.do.__name__}{self.arguments[:2]}"


@dataclass(frozen=True)
class Ended:
    """A job that an exception ended: the names of its class and of those above, and its trace."""

    kinds: tuple[str, ...]
    trace: str

    def is_one_of(self, *kinds: type[BaseException]) -> bool:
        return any(kind.__name__ in self.kinds for kind in kinds)


@dataclass(frozen=True)
class Workers:
    """The processes, and a pipe to each."""

    pipes: Sequence[Connection]

    def at_once(self, jobs: Sequence[Job]) -> list[Any]:
        """Have all of them done in the same moment; the answers, in the order of the jobs."""
        begin = time.monotonic() + _HEAD_START
        for number, pipe in enumerate(self.pipes):
            pipe.send((begin, jobs[number::WORKERS]))
        answers: list[Any] = [None] * len(jobs)
        for number, pipe in enumerate(self.pipes):
            assert pipe.poll(120), "a worker does not answer: do two wait for each other?"
            answers[number::WORKERS] = pipe.recv()
        return answers


@contextmanager
def four_workers() -> Iterator[Workers]:
    """Workers with the settings that are set now; gone afterwards."""
    context = forks()
    pipes, processes = [], []
    for _ in range(WORKERS):
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(dict(os.environ), there), daemon=True)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    try:
        for pipe in pipes:
            assert pipe.recv() == "ready"
        yield Workers(pipes)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(10)


def _work(environment: dict[str, str], pipe: Connection) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for cached in (settings, db.engine, stripe_client.client):
        cached.cache_clear()
    db.engine().connect().close()
    pipe.send("ready")
    with ThreadPoolExecutor(_THREADS) as threads:
        while True:
            try:
                begin, jobs = pipe.recv()
            except EOFError:
                return
            pipe.send(list(threads.map(lambda job, at=begin: _do(job, at), jobs)))


def _do(job: Job, begin: float) -> Any:
    time.sleep(max(begin - time.monotonic(), 0))
    try:
        answer = job.do(*job.arguments, **job.named)
    except Exception as error:
        # Not the exception itself: some cannot be made anew at the other end of the pipe.
        kinds = tuple(each.__name__ for each in type(error).__mro__)
        return Ended(kinds, f"{job}\n{traceback.format_exc()}")
    for each in answer if isinstance(answer, tuple) else (answer,):
        if isinstance(each, frozenset):
            live.ring(each)
    return answer
