"""Queues word to a customer of a payment that failed after they had left the page."""

from datetime import timedelta

from sqlalchemy import Connection

from fsm_portal.domain.outbox import WorkKind, enqueue

# Word of why it failed comes with another event, which may be the later one.
_A_MOMENT = timedelta(minutes=1)


def tell_customer(connection: Connection, company_id: str, attempt_id: str) -> None:
    """Have the customer written to, once for each attempt. Whether it is still true, and was not
    on the page, is asked when the letter leaves."""
    enqueue(
        connection,
        company_id,
        WorkKind.FAILED_MAIL,
        f"failed-mail:{attempt_id}",
        {"attempt_id": attempt_id},
        _A_MOMENT,
    )
