"""A portal process that takes several copies of one webhook in the same moment as its siblings."""

import os
import threading
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook


def take_copies(
    environment: dict[str, str],
    body: bytes,
    signature: str,
    copies: int,
    together: Barrier,
    answers: Queue,
) -> None:
    """Each copy in a thread of its own; an answer for each is put into ``answers``."""
    os.environ.clear()
    os.environ.update(environment)
    for cached in (settings, db.engine):
        cached.cache_clear()
    db.engine().connect().close()

    def take() -> None:
        together.wait(30)
        try:
            receive_webhook(body, signature, connect=True)
            answers.put("taken")
        except Exception as error:
            answers.put(repr(error))

    threads = [threading.Thread(target=take) for _ in range(copies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
