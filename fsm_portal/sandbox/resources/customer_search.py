"""``GET /v1/customers/search``: Stripe's small query language on customers.

``email:'dana@harborview.example'``, ``name~'dana'``, ``metadata['n']:'1'``, ``created>1``, joined
by AND or by OR, each negated by a minus. Source: docs.stripe.com/search#search-query-language.
"""

import re
from typing import Any

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.listing import Condition
from fsm_portal.sandbox.number_params import Integer
from fsm_portal.sandbox.params import Shape, Text
from fsm_portal.sandbox.store import Json

_CLAUSE = re.compile(
    r"""\s*(?P<minus>-?)(?P<field>[a-z]+)(\[(?P<q>['"])(?P<key>[^'"\\\]]{1,40})(?P=q)\])?"""
    r"""(?P<how>:|~|>=|<=|>|<)(?:'(?P<one>(?:[^'\\]|\\.)*)'|"(?P<two>(?:[^"\\]|\\.)*)"|"""
    r"""(?P<number>[0-9]{1,12})|(?P<null>null))\s*"""
)
_JOINT = re.compile(r"\s*(AND|OR)\s+", re.IGNORECASE)
_TEXTS = ("email", "name", "phone")
_MOST_CLAUSES = 10


def _search(call: Call, params: Json) -> Json:
    limit = params.get("limit", 10)
    clause, values = _condition(params["query"])
    where: list[Condition] = [
        (clause, values),
        ("json_extract(body, '$.deleted') IS NULL", []),
    ]
    if page := params.get("page"):
        if not re.fullmatch(r"[0-9]{1,15}", page):
            raise invalid("Invalid page token.", "page")
        where.append(("seq < ?", [int(page)]))
    rows = call.store.rows(call.account, "customer", where=where, limit=limit + 1)
    shown = rows[:limit]
    return {
        "object": "search_result",
        "data": [row.body for row in shown],
        "has_more": len(rows) > limit,
        "next_page": str(shown[-1].seq) if len(rows) > limit else None,
        "url": "/v1/customers/search",
    }


def _condition(query: str) -> Condition:
    """The query as SQL. Raises 400 for what cannot be read."""
    parts: list[str] = []
    values: list[Any] = []
    joints: set[str] = set()
    place = 0
    while True:
        found = _CLAUSE.match(query, place)
        if found is None or len(parts) >= _MOST_CLAUSES:
            raise _unreadable(query)
        part, more = _clause(found, query)
        parts.append(part)
        values += more
        place = found.end()
        if place == len(query):
            break
        between = _JOINT.match(query, place)
        joints.add(between[1].upper() if between else "AND")
        place = between.end() if between else place
    if len(joints) > 1:
        raise invalid("A search query may hold AND or OR, not both.", "query")
    joint = joints.pop() if joints else "AND"
    return f"({f' {joint} '.join(parts)})", values


def _clause(found: re.Match[str], query: str) -> Condition:
    field, how = found["field"], found["how"]
    text = found["one"] if found["one"] is not None else found["two"]
    column, arguments = f"json_extract(body, '$.{field}')", []
    if field == "metadata" and found["key"]:
        column, arguments = "json_extract(body, '$.metadata.' || json_quote(?))", [found["key"]]
    elif field not in (*_TEXTS, "created") or found["key"]:
        raise invalid(f"Field `{field}` is an unsupported search field for resource `customers`.",
                      "query")  # fmt: skip
    no = "NOT " if found["minus"] else ""
    if found["null"] and how == ":":
        return f"{no}{column} IS NULL", arguments
    if field == "created":
        if found["number"] is None or how == "~":
            raise _unreadable(query)
        return f"{no}created {'=' if how == ':' else how} ?", [int(found["number"])]
    if text is None or how not in (":", "~"):
        raise _unreadable(query)
    text = re.sub(r"\\(.)", r"\1", text).lower()
    if how == ":":
        return f"{no}coalesce(lower({column}), '') = ?", [*arguments, text]
    return f"{no}instr(coalesce(lower({column}), ''), ?) > 0", [*arguments, text]


def _unreadable(query: str) -> Exception:
    return invalid(
        "We were unable to parse your search query. Try using the format "
        '`metadata["key"]:"value"` to query for metadata or key:"value" to query for other '
        f"fields: {query[:80]}",
        "query",
    )


ENDPOINTS = [
    Endpoint(
        "GET",
        "/v1/customers/search",
        _search,
        Shape({"query": Text(), "limit": Integer(1, 100), "page": Text()}, required=("query",)),
    )
]
