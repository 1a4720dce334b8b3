"""A customer's history of payments: newest first, each with what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.home.home_rows import home_host
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.keyset import (
    Cursor,
    MomentQuery,
    Turn,
    address,
    beyond,
    in_order,
    moment_text,
    place,
    turned,
)
from fsm_portal.flows.payments.customer_payment_rows import (
    OnItsWay,
    PaidInvoice,
    Since,
    invoices_paid,
    on_their_way,
    what_happened_since,
)
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.flows.reader import Reader

PATH = "/portal/payments/"
_payment = table_of(Payment)


@dataclass(frozen=True)
class CustomerPayment:
    """``credit`` is what no invoice took of it; ``undone`` says when it was reversed."""

    id: str
    day: str
    method: str
    amount: str
    invoices: tuple[PaidInvoice, ...]
    credit: str
    undone: str
    since: tuple[Since, ...]
    receipt_url: str


@dataclass(frozen=True)
class CustomerPaymentsView:
    """One page of the history; ``on_the_way`` is on the first one only."""

    loaded: bool = False
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    on_the_way: tuple[OnItsWay, ...] = ()
    rows: tuple[CustomerPayment, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""


def list_customer_payments(scope: Scope, query: MomentQuery) -> CustomerPaymentsView:
    """The page that ``query`` asks for; the newest where there is nothing from there on."""
    customer_id = scope.customer_id or ""
    with reading() as session:
        host = home_host(session, scope)
        reader = Reader.of(host)
        turn = _page(session, scope, query.cursor)
        if not turn.rows and query.cursor is not None:
            turn = _page(session, scope, None)
        waiting: tuple[OnItsWay, ...] = ()
        if not turn.has_newer:
            waiting = on_their_way(session, scope.company_id, customer_id, reader)
        rows = _rows(session, scope.company_id, turn.rows, reader)
    return CustomerPaymentsView(
        loaded=True,
        company=company_frame(host),
        person=host.greeting,
        on_the_way=waiting,
        rows=rows,
        place=_place(turn.rows, reader),
        newer=address(PATH, after=_text(turn.rows[0])) if turn.has_newer else "",
        older=address(PATH, before=_text(turn.rows[-1])) if turn.has_older else "",
    )


@cache
def _statement(older: bool, from_a_row: bool) -> Select[Any]:
    """Made once for each direction: writing a statement costs more than running it."""
    found = select(
        _payment.c.id,
        _payment.c.method,
        _payment.c.last4,
        _payment.c.amount,
        _payment.c.currency,
        _payment.c.received_at,
        _payment.c.reversed_at,
    ).where(
        _payment.c.company_id == bindparam("company_id"),
        _payment.c.customer_id == bindparam("customer_id"),
    )
    at, tie = _payment.c.received_at, _payment.c.id
    # In no index' whole order: SQLite would else take that of the company's payments, which has
    # it, and go through all of them to find the ten of a customer.
    in_turn = tie.concat("")
    page = found.where(beyond(at, tie, older)) if from_a_row else found
    return in_order(page, at, in_turn, older)


def _page(
    session: Session, scope: Scope, cursor: Cursor[datetime] | None
) -> Turn[Row[*tuple[Any, ...]]]:
    statement = _statement(cursor is None or cursor.older, cursor is not None)
    values = {"company_id": scope.company_id, "customer_id": scope.customer_id}
    if cursor is not None:
        values |= cursor.key
    return turned(session.connection().execute(statement, values).all(), cursor)


def _rows(
    session: Session, company_id: str, found: tuple[Row[*tuple[Any, ...]], ...], reader: Reader
) -> tuple[CustomerPayment, ...]:
    ids = [row.id for row in found]
    if not ids:
        return ()
    invoices = invoices_paid(session, company_id, ids)
    since = what_happened_since(session, company_id, ids, reader)
    return tuple(
        CustomerPayment(
            id=row.id,
            day=reader.day(row.received_at),
            method=method_words(row.method, row.last4),
            amount=reader.money(row.amount, row.currency),
            invoices=tuple(invoice for invoice, _ in invoices[row.id]),
            credit=_credit(row, sum(part for _, part in invoices[row.id]), reader),
            undone=f"Reversed {reader.day(row.reversed_at)}" if row.reversed_at else "",
            since=tuple(since.get(row.id, ())),
            receipt_url=f"/documents/receipts/{row.id}.pdf",
        )
        for row in found
    )


def _credit(row: Any, allocated: int, reader: Reader) -> str:
    rest = row.amount - allocated
    return f"{reader.money(rest, row.currency)} kept as your credit" if rest > 0 else ""


def _place(rows: tuple[Any, ...], reader: Reader) -> str:
    if not rows:
        return ""
    newest, oldest = (reader.day(each.received_at) for each in (rows[0], rows[-1]))
    return place(len(rows), "payment", newest, oldest)


def _text(row: Any) -> str:
    return f"{moment_text(row.received_at)}_{row.id}"
