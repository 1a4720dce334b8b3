"""The staff's list of payments, failed attempts, refunds and disputes, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import FailedPayment, Payment
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.keyset import (
    Cursor,
    Turn,
    address,
    cursor_of,
    moment_of,
    moment_text,
    turned,
)
from fsm_portal.flows.keyset import place as in_words
from fsm_portal.flows.payment_rows import (
    PaymentKey,
    PaymentRow,
    payment_rows,
    shows_platform_fee,
)
from fsm_portal.flows.payments.list_keys import Show, page_of_keys
from fsm_portal.flows.payments.list_search import Narrowing, ways
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways import formats

PATH = "/dashboard/payments/"
PAGE = 50
_LONGEST_SEARCH = 120
_WHOLE = Narrowing("")


@dataclass(frozen=True)
class PaymentQuery:
    """What the list shows, from which row on. Made by ``payment_query`` from a URL."""

    show: Show = "all"
    search: str = ""
    cursor: Cursor[datetime] | None = None


def payment_query(
    show: object, search: object = "", before: object = "", after: object = ""
) -> PaymentQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    known: Show = next((name for name in get_args(Show) if name == show), "all")
    text = ""
    if isinstance(search, str) and search.isprintable():
        text = " ".join(search[:_LONGEST_SEARCH].split())
    return PaymentQuery(known, text, cursor_of(before, after, moment_of))


@dataclass(frozen=True)
class PaymentListView:
    """One page of the list. ``place`` says in words what is on it; ``newer`` and ``older`` are the
    addresses of the pages beside it, empty where there is none. ``is_new``: there is nothing yet,
    whatever is asked for."""

    loaded: bool = False
    desk: Desk = NO_DESK
    show: str = "all"
    search: str = ""
    rows: tuple[PaymentRow, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""
    is_new: bool = False
    shows_platform_fee: bool = False


def list_payments(scope: Scope, query: PaymentQuery) -> PaymentListView:
    """The page that ``query`` asks for; the first one where there is nothing from there on."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        narrowed = ways(session, company, query.search) if query.search else [_WHOLE]
        turn = _page(session, company.id, query, narrowed)
        if not turn.rows and query.cursor is not None:
            query = PaymentQuery(query.show, query.search)
            turn = _page(session, company.id, query, narrowed)
        rows = payment_rows(session, company, desk, turn.rows, with_refunds=True)
        at = {"show": "" if query.show == "all" else query.show, "q": query.search}
        return PaymentListView(
            loaded=True,
            desk=desk,
            show=query.show,
            search=query.search,
            rows=rows,
            place=_place(company, query.show, turn.rows),
            newer=address(PATH, **at, after=_text(turn.rows[0])) if turn.has_newer else "",
            older=address(PATH, **at, before=_text(turn.rows[-1])) if turn.has_older else "",
            is_new=not rows and not _has_any(session, company.id),
            shows_platform_fee=shows_platform_fee(desk, rows),
        )


def _page(
    session: Session, company_id: str, query: PaymentQuery, narrowed: Iterable[Narrowing]
) -> Turn[PaymentKey]:
    cursor = query.cursor
    older = cursor is None or cursor.older
    key: dict[str, Any] = {"company_id": company_id, "limit": PAGE + 1}
    if cursor is not None:
        key |= cursor.key
    found: set[PaymentKey] = set()
    engine = session.connection().dialect.name
    for way in narrowed:
        statement = page_of_keys(query.show, way.kind, cursor is not None, older, engine)
        rows = session.connection().execute(statement, key | way.values)
        found |= {PaymentKey(row.id, row.kind, row.at) for row in rows}
    ordered = sorted(found, key=lambda one: (one.at, one.id), reverse=older)
    return turned(ordered, cursor, PAGE)


def newest_payments(session: Session, company_id: str, limit: int) -> list[PaymentKey]:
    """The latest payments, failed attempts and refunds, the newest first."""
    statement = page_of_keys("money", "", False, True, session.connection().dialect.name)
    rows = session.connection().execute(statement, {"company_id": company_id, "limit": limit})
    return [PaymentKey(row.id, row.kind, row.at) for row in rows]


def _text(key: PaymentKey) -> str:
    return f"{moment_text(key.at)}_{key.id}"


def _place(company: Company, show: Show, keys: Sequence[PaymentKey]) -> str:
    """What is on the page, in words: ``50 payments and refunds, Nov 22, 2026 to Oct 2, 2026``."""
    if not keys:
        return ""
    zone = ZoneInfo(company.time_zone)
    ends = [
        formats.day(key.at.astimezone(zone).date(), company.locale) for key in (keys[0], keys[-1])
    ]
    return in_words(len(keys), _NOUNS[show], *ends)


_NOUNS: dict[Show, str] = {
    "all": "row",
    "received": "payment",
    "manual": "payment",
    "failed": "failed attempt",
    "refunds": "refund",
    "disputes": "dispute",
}


def _has_any(session: Session, company_id: str) -> bool:
    return any(
        session.connection()
        .execute(select(table.c.id).where(table.c.company_id == company_id).limit(1))
        .first()
        is not None
        for table in (table_of(Payment), table_of(FailedPayment))
    )
