"""I: no key, token or card number is kept, in no text of any table."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    CompoundSelect,
    Connection,
    Enum,
    String,
    Table,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import AutoString

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.proving.inbox import Kept
from fsm_portal.flows.proving.report import Breach, Finding
from fsm_portal.flows.proving.rule import Rule, Scope, counts

_link = table_of(LoginLink)

_SAYS = "no secret is in a text"
_SECRETS = {
    "a Stripe key": re.compile(r"\b[sr]k_(?:test|live)_\w{4,}"),
    "a webhook secret": re.compile(r"\bwhsec_\w{4,}"),
    "a signed token": re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"),
    "a sign-in link": re.compile(r"/sign-in/[\w-]{24,}"),
}
# Sixteen digits as they are printed on cards; shorter numbers are ids of banks too often.
_CARD = re.compile(
    r"(?<![\w.-])(?<!\d )(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6(?:011|5\d{2}))"
    r"([ -]?)\d{4}\1\d{4}\1\d{4}(?![\w-]|\.\d| ?\d)"
)
# No secret is shorter, and ids are no texts.
_SHORTEST, _LONGEST_ID = 16, 32
_IDS = ("_id", "_hash", "source", "key", "part")

RULES = (
    Rule(
        "I",
        "of a link only the hash is kept",
        _link,
        select(_link.c.company_id, _link.c.id.label("link"), _link.c.token_hash).where(
            or_(
                func.length(_link.c.token_hash) != 64,
                func.lower(_link.c.token_hash) != _link.c.token_hash,
            )
        ),
    ),
    Rule(
        "I",
        "of a code only the hash is kept, beside a link that a browser asked for",
        _link,
        select(_link.c.company_id, _link.c.id.label("link"), _link.c.code_hash).where(
            _link.c.code_hash.is_not(None),
            or_(func.length(_link.c.code_hash) != 64, _link.c.browser_hash.is_(None)),
        ),
    ),
)


def secrets_in(text: str) -> Iterator[str]:
    """What kinds of secrets there are in ``text``."""
    for name, pattern in _SECRETS.items():
        if pattern.search(text):
            yield name
    if any(_luhn(found.group()) for found in _CARD.finditer(text)):
        yield "a card number"


def events_keep_no_secret(events: Sequence[Kept]) -> Finding:
    """Look through the texts of ``events``."""
    breaches = tuple(
        Breach("I", _SAYS, f"stripe_event, {event.event_id} {event.type}: {name}")
        for event in events
        for name in secrets_in(event.payload)
    )
    return Finding("I", len(events), breaches)


def texts_keep_no_secret(connection: Connection, scope: Scope) -> Iterator[Finding]:
    """Look through every text a person or Stripe wrote, each once however many rows have it."""
    tables = [each for each in metadata.sorted_tables if _texts(each)]
    for table, rows in counts(connection, scope, tables).items():
        if rows:
            yield _look_through(connection, scope, table)


@cache
def _texts(table: Table) -> tuple[Column[str], ...]:
    """The columns that hold texts. Those of the inbox are read with its events."""
    if table.name == StripeEvent.__tablename__:
        return ()
    return tuple(
        column
        for column in table.columns
        if isinstance(column.type, String | AutoString)
        and not isinstance(column.type, Enum)
        and (getattr(column.type, "length", None) or _LONGEST_ID + 1) > _LONGEST_ID
        and not column.name.endswith(_IDS)
        and column.name != "id"
    )


def _look_through(connection: Connection, scope: Scope, table: Table) -> Finding:
    checked, breaches = 0, []
    statement = _distinct_texts(table, scope.company_id is not None)
    found = connection.execute(statement, {"scope": scope.company_id})
    for name, text in found:
        checked += 1
        for secret in secrets_in(text):
            keys = select(*table.primary_key.columns).where(table.c[name] == text).limit(10)
            for key in connection.execute(keys):
                row = " ".join(str(part) for part in key)
                breaches.append(Breach("I", _SAYS, f"{table.name}.{name}, {row}: {secret}"))
    return Finding("I", checked, tuple(breaches))


@cache
def _distinct_texts(table: Table, one_company: bool) -> CompoundSelect[Any]:
    scoped = table.c.id if table is table_of(Company) else table.c.company_id
    return union_all(
        *(
            select(literal(column.name).label("name"), column.label("text"))
            .where(
                func.length(column) >= _SHORTEST,
                scoped == bindparam("scope") if one_company else true(),
            )
            .distinct()
            for column in _texts(table)
        )
    )


def _luhn(number: str) -> bool:
    """Whether the last digit checks the others, as on every card (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
