"""The staff's list of payments, failed ones and refunds among them, newest first."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import BindParameter, Select, bindparam, desc, func, literal, select, union_all
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import FailedPayment, Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.paging import PAGE, page_number, place
from fsm_portal.flows.payment_rows import (
    PaymentKey,
    PaymentRow,
    payment_rows,
    shows_platform_fee,
)
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk

_payment = table_of(Payment)
_failed = table_of(FailedPayment)
_refund = table_of(Refund)

ShowPayments = Literal["all", "received", "failed", "refunds"]


@dataclass(frozen=True)
class PaymentQuery:
    """What the list shows. ``page`` counts from 1. Made by ``payment_query`` from a URL."""

    show: ShowPayments = "all"
    page: int = 1


def payment_query(show: object, page: object) -> PaymentQuery:
    """The query that two values from outside mean; whatever makes no sense counts as absent."""
    known: ShowPayments = next((name for name in get_args(ShowPayments) if name == show), "all")
    return PaymentQuery(known, page_number(page))


@dataclass(frozen=True)
class PaymentListView:
    """One page of the list. ``place`` says which rows these are: ``51–100 of 320``."""

    loaded: bool = False
    desk: Desk = NO_DESK
    show: str = "all"
    page: int = 1
    rows: tuple[PaymentRow, ...] = ()
    place: str = ""
    is_first: bool = True
    is_last: bool = True
    shows_platform_fee: bool = False


def list_payments(scope: Scope, query: PaymentQuery) -> PaymentListView:
    """The page that ``query`` asks for, or the last there is if it asks for one behind it."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        kinds = _kinds(company.id, query.show)
        count = sum(_count(session, kind) for kind in kinds)
        last_page = max(1, -(-count // PAGE))
        page = min(query.page, last_page)
        keys = _keys(session, _newest(kinds).limit(PAGE).offset((page - 1) * PAGE))
        rows = payment_rows(session, company, desk, keys, with_refunds=True)
        return PaymentListView(
            loaded=True,
            desk=desk,
            show=query.show,
            page=page,
            rows=rows,
            place=place(page, len(rows), count, "payments"),
            is_first=page == 1,
            is_last=page == last_page,
            shows_platform_fee=shows_platform_fee(desk, rows),
        )


def _kinds(company_id: str | BindParameter[str], show: ShowPayments) -> list[Select[Any]]:
    received = select(
        _payment.c.id, literal("payment").label("kind"), _payment.c.received_at.label("at")
    ).where(_payment.c.company_id == company_id)
    failed = select(
        _failed.c.id, literal("failed").label("kind"), _failed.c.failed_at.label("at")
    ).where(_failed.c.company_id == company_id)
    refunds = select(
        _refund.c.id, literal("refund").label("kind"), _refund.c.happened_at.label("at")
    ).where(_refund.c.company_id == company_id)
    return {
        "all": [received, failed, refunds],
        "received": [received],
        "failed": [failed],
        "refunds": [refunds],
    }[show]


def _count(session: Session, kind: Select[Any]) -> int:
    counted = select(func.count()).select_from(kind.subquery())
    return int(session.connection().execute(counted).scalar_one())


def _newest(kinds: list[Select[Any]]) -> Select[Any]:
    both = union_all(*kinds).subquery()
    return select(both.c.id, both.c.kind, both.c.at).order_by(both.c.at.desc(), both.c.id.desc())


# Made once, since the overview asks at every payment. Each kind by itself goes by its index: put
# together first, all payments there ever were would be sorted for the ten that are shown.
_NEWEST = _newest(
    [
        select(kind.order_by(desc("at"), desc("id")).limit(bindparam("limit")).subquery())
        for kind in _kinds(bindparam("company_id"), "all")
    ]
).limit(bindparam("limit"))


def newest_payments(session: Session, company_id: str, limit: int) -> list[PaymentKey]:
    """The latest payments, failed attempts and refunds, the newest first."""
    return _keys(session, _NEWEST, company_id=company_id, limit=limit)


def _keys(session: Session, newest: Select[Any], **values: str | int) -> list[PaymentKey]:
    rows = session.connection().execute(newest, values)
    return [PaymentKey(row.id, row.kind, row.at) for row in rows]
