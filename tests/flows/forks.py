"""Portal processes beside a test, from one fork server that has imported what any of them runs.

The first who asks starts it; what it has not imported by then, each process would by itself.
"""

import multiprocessing
from functools import cache
from multiprocessing.context import ForkServerContext


@cache
def forks() -> ForkServerContext:
    """Where processes are started: ``forks().Process(...)``."""
    context = multiprocessing.get_context("forkserver")
    rooms = ("at_once", "doomed", "four_workers", "paper_readers")
    imported = [f"tests.flows.{room}" for room in rooms]
    context.set_forkserver_preload([*imported, "fsm_portal.domain.tables"])
    return context
