"""The inbox, read from one end to the other in batches: a big one does not fit into memory."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, tuple_

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows.proving.rule import Scope

_event = table_of(StripeEvent)

BATCH = 500
_KEY = (_event.c.account_id, _event.c.event_id)
_ROWS = (
    select(
        *_KEY,
        _event.c.company_id,
        _event.c.type,
        _event.c.outcome,
        _event.c.payload,
    )
    .where(_event.c.payload != "")
    .order_by(*_KEY)
    .limit(BATCH)
)

Kept = Row[*tuple[Any, ...]]


def batches(connection: Connection, scope: Scope) -> Iterator[Sequence[Kept]]:
    """Every event whose text is still there, some hundreds at a time."""
    statement = _ROWS
    if scope.company_id is not None:
        statement = statement.where(_event.c.company_id == scope.company_id)
    found = connection.execute(statement).all()
    while found:
        yield found
        if len(found) < BATCH:
            return
        last = (found[-1].account_id, found[-1].event_id)
        found = connection.execute(statement.where(tuple_(*_KEY) > tuple_(*last))).all()
