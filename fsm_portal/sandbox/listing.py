"""Lists with cursors: newest first, ``limit``, ``starting_after``, ``ending_before``, filters.

Source: docs.stripe.com/api/pagination.
"""

from typing import Any

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import StripeError, no_such
from fsm_portal.sandbox.number_params import Integer, Moments
from fsm_portal.sandbox.params import Reader, Shape, Text
from fsm_portal.sandbox.store import Json, Row

_CURSOR: dict[str, Reader] = {
    "limit": Integer(1, 100),
    "starting_after": Text(),
    "ending_before": Text(),
}
_COMPARE = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

Condition = tuple[str, list[Any]]


def list_shape(**filters: Reader) -> Shape:
    """The parameters of a list that can also be narrowed by ``filters``."""
    return Shape({**_CURSOR, **filters})


def created_shape(**filters: Reader) -> Shape:
    """As ``list_shape``, with the ``created`` filter most lists have."""
    return list_shape(created=Moments(), **filters)


def field_is(name: str, value: Any) -> Condition:
    """Objects whose top-level field ``name`` (a constant of ours) equals ``value``."""
    return f"json_extract(body, '$.{name}') = ?", [value]


def listed(
    call: Call,
    kind: str,
    params: Json,
    *,
    noun: str,
    by: tuple[str, ...] = (),
    where: list[Condition] | None = None,
) -> tuple[list[Row], bool]:
    """One page of the account's objects, newest first, and whether more lie beyond.

    ``by`` names parameters that filter on the field of the same name.
    """
    if "customer" in by and "customer" in params:
        _known(call, "customer", params["customer"])
    conditions = list(where or [])
    conditions += [field_is(name, params[name]) for name in by if name in params]
    for bound, moment in params.get("created", {}).items():
        conditions.append((f"created {_COMPARE[bound]} ?", [moment]))
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise StripeError(
            400,
            "Received both ending_before and starting_after parameters. Please pass in only one.",
            code="parameters_exclusive",
            param="ending_before",
        )
    limit = params.get("limit", 10)
    if before:
        conditions.append(("seq > ?", [_cursor(call, kind, noun, before, "ending_before")]))
        rows = call.store.rows(
            call.account, kind, where=conditions, limit=limit + 1, newest_first=False
        )
        return list(reversed(rows[:limit])), len(rows) > limit
    if after:
        conditions.append(("seq < ?", [_cursor(call, kind, noun, after, "starting_after")]))
    rows = call.store.rows(call.account, kind, where=conditions, limit=limit + 1)
    return rows[:limit], len(rows) > limit


def page(rows: list[Json], has_more: bool, url: str) -> Json:
    """Stripe's list object."""
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def _known(call: Call, kind: str, object_id: str) -> None:
    if call.store.row(call.account, kind, object_id) is None:
        raise no_such(kind, object_id, kind, status=400)


def _cursor(call: Call, kind: str, noun: str, object_id: str, param: str) -> int:
    row = call.store.row(call.account, kind, object_id)
    if row is None:
        raise no_such(noun, object_id, param, status=400)
    return row.seq
