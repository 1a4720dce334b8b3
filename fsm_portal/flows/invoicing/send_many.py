"""The outbox's part of sending many: a stretch of letters, then a place in the queue for the rest.

Each stretch is a piece of work of its own. So how far it is can be told after each, other work gets
its turn between two, and whatever stops a worker stops nothing for good: the next one goes on.
"""

import time

from fsm_portal.db import unit_of_work
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.flows.invoicing.bulk_send import send_next
from fsm_portal.flows.outbox import GiveUp, Work

# Seconds; one invoice at least.
_STRETCH = 0.3


def send_many(work: Work) -> frozenset[str]:
    """Put the next invoices of a press in the post; the topics to ring."""
    bulk_id = work.payload.get("bulk_id")
    if bulk_id is None:
        raise GiveUp("the queued work lacks what is to be sent")
    began, topics = time.monotonic(), frozenset[str]()
    while (sent := send_next(work.company_id, bulk_id)) is not None:
        topics |= sent
        if time.monotonic() - began >= _STRETCH:
            with unit_of_work() as session:
                stretch = int(work.payload.get("stretch") or 0) + 1
                enqueue(
                    session,
                    work.company_id,
                    WorkKind.BULK_SEND,
                    f"bulk_send:{bulk_id}:{stretch}",
                    {"bulk_id": bulk_id, "stretch": str(stretch)},
                )
            break
    return topics
