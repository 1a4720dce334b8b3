"""A portal process that is going to be killed: it takes webhooks and works the outbox off.

Started by a fork server that has everything imported, so that a hundred of them take seconds.
"""

import os
import random
import threading
from datetime import timedelta
from multiprocessing.connection import Connection

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.flows import outbox
from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook
from fsm_portal.flows.work_outbox import Lane, work_one
from fsm_portal.gateways import stripe_client

Delivery = tuple[bytes, str]


def live_until_killed(
    environment: dict[str, str], deliveries: list[Delivery], seed: int, ready: Connection
) -> None:
    """Two webhooks at a time and a worker beside them, over and over."""
    os.environ.clear()
    os.environ.update(environment)
    for cached in (settings, db.engine, stripe_client.client):
        cached.cache_clear()
    # What a dead one held is taken up by one of the next.
    outbox.LEASE = timedelta(milliseconds=300)
    db.engine().connect().close()
    threads = [
        threading.Thread(target=_receive, args=(deliveries, seed + number)) for number in (1, 2)
    ]
    threads.append(threading.Thread(target=_work))
    ready.send("alive")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _receive(deliveries: list[Delivery], seed: int) -> None:
    order = random.Random(seed)
    while True:
        for body, signature in order.sample(deliveries, len(deliveries)):
            receive_webhook(body, signature, connect=True)


def _work() -> None:
    while True:
        work_one(Lane.OTHER)
