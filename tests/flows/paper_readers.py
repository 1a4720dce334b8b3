"""A portal process that reads one invoice's paper again and again."""

import os
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.papers.paper_of import paper_of


def read_again_and_again(
    environment: dict[str, str],
    company_id: str,
    invoice_id: str,
    ready: Barrier,
    done: Event,
    answers: Queue,
) -> None:
    """Before all are ``ready``, until ``done`` and once more.

    Every ``(version, sha256)`` that it was handed is answered.
    """
    os.environ.clear()
    os.environ.update(environment)
    for cached in (settings, db.engine):
        cached.cache_clear()
    seen = set()

    def read() -> None:
        paper = paper_of(company_id, PaperKind.INVOICE, invoice_id)
        seen.add((paper.version, paper.sha256))

    read()
    ready.wait(60)
    while not done.is_set():
        read()
    read()
    answers.put(sorted(seen))
