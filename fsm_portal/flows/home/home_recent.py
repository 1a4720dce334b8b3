"""The next visit and the last payments, for a customer's home: one statement, made once."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, literal_column, select, union_all
from sqlmodel import Session

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.job import OPEN, Job
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.statement import Statement
from fsm_portal.flows.home.visit_words import visit_words
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import midnight

_job = table_of(Job)
_payment = table_of(Payment)

# Payments that a home names; the others have a page of their own.
LAST = 3


@dataclass(frozen=True)
class NextVisit:
    """``when`` is "Tomorrow, 9:00 AM"; empty where no visit is planned."""

    when: str = ""
    title: str = ""


NO_VISIT = NextVisit()


@dataclass(frozen=True)
class LastPayment:
    """One of the last payments; ``undone`` where it was reversed since."""

    id: str
    title: str
    day: str
    amount: str
    receipt_url: str
    undone: bool


_next = (
    select(
        _job.c.id,
        _job.c.starts_at.label("at"),
        _job.c.title.label("what"),
        literal_column("''").label("last4"),
        literal_column("0").label("amount"),
        literal_column("''").label("currency"),
        literal_column("0").label("undone"),
        literal_column("1").label("is_visit"),
    )
    .where(
        _job.c.company_id == bindparam("company_id"),
        _job.c.customer_id == bindparam("customer_id"),
        _job.c.starts_at >= bindparam("since"),
        OPEN,
    )
    .order_by(_job.c.starts_at)
    .limit(1)
    .subquery()
)
_last = (
    select(
        _payment.c.id,
        _payment.c.received_at,
        _payment.c.method,
        _payment.c.last4,
        _payment.c.amount,
        _payment.c.currency,
        # Neither database counts a flag among numbers, PostgreSQL not even in a union.
        func.length(func.coalesce(_payment.c.reversed_by, literal_column("''"))).label("undone"),
        literal_column("0").label("is_visit"),
    )
    .where(
        _payment.c.company_id == bindparam("company_id"),
        _payment.c.customer_id == bindparam("customer_id"),
    )
    .order_by(_payment.c.received_at.desc())
    .limit(LAST)
    .subquery()
)
_RECENT = Statement(union_all(select(_next), select(_last)))


def home_recent(
    session: Session, scope: Scope, host: Any, day: date
) -> tuple[NextVisit, tuple[LastPayment, ...]]:
    """``host`` is the row of ``home_host``; ``day`` is today where the company is.

    A visit stays the next one until its day is over, or it is completed.
    """
    key = {
        "company_id": scope.company_id,
        "customer_id": scope.customer_id,
        "since": midnight(day, host.time_zone),
    }
    visit, payments = NO_VISIT, []
    for row in _RECENT.ask(session.connection(), key).rows:
        if row.is_visit:
            visit = NextVisit(visit_words(row.at, host.time_zone, host.locale, day), row.what)
        else:
            payments.append(row)
    payments.sort(key=lambda row: row.at, reverse=True)
    return visit, tuple(_last_payment(row, host) for row in payments)


def _last_payment(row: Any, host: Any) -> LastPayment:
    day = row.at.astimezone(ZoneInfo(host.time_zone)).date()
    return LastPayment(
        id=row.id,
        title=method_words(row.what, row.last4),
        day=formats.day(day, host.locale),
        amount=formats.money(int(row.amount), row.currency, host.locale),
        receipt_url=f"/documents/receipts/{row.id}.pdf",
        undone=bool(row.undone),
    )
