"""The statements of the staff's list of payments: the keys of one page, whatever it shows.

Each kind goes along its own index of days and stops when its page is full; only what is left is
put together. First put together, all there ever were would be sorted for the few that are shown.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    column,
    desc,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import BY_HAND, FailedPayment, Payment, PaymentAllocation
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.customers.called import has_words
from fsm_portal.flows.invoicing.list_keys import has
from fsm_portal.flows.keyset import beyond
from fsm_portal.flows.payment_rows import RowKind
from fsm_portal.flows.searched_amount import OF_AMOUNTS, comes_to_in

_payment = table_of(Payment)
_failed = table_of(FailedPayment)
_refund = table_of(Refund)
_dispute = table_of(Dispute)
_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)
_allocation = table_of(PaymentAllocation)
_invoice = table_of(Invoice)

Show = Literal["all", "received", "manual", "failed", "refunds", "disputes"]
# And what the overview tells, where disputes stand by themselves.
Shown = Show | Literal["money"]
# How a page is narrowed: to rows that were looked up, to few customers or to many, to an amount,
# or to many invoices. A digit is to customers who have so many words.
Narrow = Literal["", "ids", "some_customers", "amount", "number", "1", "2", "3", "4", "5"]
# By an index of their own; what is narrowed otherwise is gone along from day to day.
_LOOKED_UP: tuple[Narrow, ...] = ("ids", "some_customers", "amount")


@dataclass(frozen=True)
class _Kind:
    name: RowKind
    table: Any
    at: Any


_KINDS: dict[RowKind, _Kind] = {
    "payment": _Kind("payment", _payment, _payment.c.received_at),
    "failed": _Kind("failed", _failed, _failed.c.failed_at),
    "refund": _Kind("refund", _refund, _refund.c.happened_at),
    "dispute": _Kind("dispute", _dispute, _dispute.c.opened_at),
}
_SHOWN: dict[Shown, tuple[RowKind, ...]] = {
    "money": ("payment", "failed", "refund"),
    "all": ("payment", "failed", "refund", "dispute"),
    "received": ("payment",),
    "manual": ("payment",),
    "failed": ("failed",),
    "refunds": ("refund",),
    "disputes": ("dispute",),
}


@cache
def page_of_keys(
    show: Shown, narrow: Narrow, from_a_row: bool, older: bool, engine: str
) -> Select[Any]:
    """Rows of ``id``, ``kind`` and ``at``, ``limit`` at most, the first in the way one goes first.

    Parameters: company_id, limit, and as it is asked for ``at`` and ``tie`` of the row one stands
    at, ``ids``, ``some`` customers, ``number`` (a pattern), what ``searched_amount`` and
    ``called`` give. ``engine`` is the name of the database's dialect.
    """
    # SQLite merges kinds as they are gone along: of what is rare no more is read than the page is
    # long. PostgreSQL would put all of them in order: there each is a page of its own.
    merged = engine == "sqlite" and narrow not in _LOOKED_UP
    kinds = [
        _one_kind(_KINDS[name], show, narrow, from_a_row, older, digits, merged)
        for name in _SHOWN[show]
        for digits in (OF_AMOUNTS if narrow == "amount" else (None,))
    ]
    if not merged:
        together = union_all(*[select(kind.subquery()) for kind in kinds]).subquery()
        found: Any = select(together)
        order = _order(together.c.at, together.c.id, older)
    else:
        found = kinds[0] if len(kinds) == 1 else union_all(*kinds)
        order = _order(column("at"), column("id"), older)
    page: Select[Any] = found.order_by(*order).limit(bindparam("limit"))
    return page


def _one_kind(
    kind: _Kind,
    show: Shown,
    narrow: Narrow,
    from_a_row: bool,
    older: bool,
    digits: int | None,
    merged: bool,
) -> Select[Any]:
    """``digits`` are the decimals of the currencies in which an amount is looked for."""
    # Few, all of them: asked for in order, here or outside, SQLite would go along the whole list to
    # save a sort, and where an index has all that is asked for too: it takes a company for a small
    # one. So what is worked out is asked for, and a column that no such index has.
    at = func.coalesce(kind.at, kind.at) if narrow == "ids" else kind.at
    found = select(kind.table.c.id, literal(kind.name).label("kind"), at.label("at")).where(
        kind.table.c.company_id == bindparam("company_id")
    )
    if show == "manual":
        found = found.where(BY_HAND)
    if digits is not None:
        found = found.where(comes_to_in(digits, kind.table.c.amount, kind.table.c.currency))
    elif narrow:
        found = found.where(_narrowed(kind, narrow))
    if from_a_row:
        found = found.where(beyond(kind.at, kind.table.c.id, older))
    if narrow == "ids":
        return found.add_columns(kind.table.c.currency)
    if merged:
        return found
    return found.order_by(*_order(kind.at, kind.table.c.id, older)).limit(bindparam("limit"))


def _order(at: Any, tie: Any, older: bool) -> tuple[Any, Any]:
    return (desc(at), desc(tie)) if older else (at, tie)


def _narrowed(kind: _Kind, narrow: Narrow) -> ColumnElement[bool]:
    condition: ColumnElement[bool]
    if narrow == "ids":
        condition = kind.table.c.id.in_(bindparam("ids", expanding=True))
        return condition
    if narrow == "number":
        return _on_invoices_numbered(kind)
    if narrow != "some_customers":
        return _of_customers_called(kind, int(narrow))
    among = bindparam("some", expanding=True, type_=String)
    if kind.name == "payment":
        return _payment.c.customer_id.in_(among)
    if kind.name == "failed":
        theirs = select(_attempt.c.id).where(
            _attempt.c.company_id == bindparam("company_id"), _attempt.c.customer_id.in_(among)
        )
        return _failed.c.attempt_id.in_(theirs)
    paid = select(_payment.c.id).where(
        _payment.c.company_id == bindparam("company_id"), _payment.c.customer_id.in_(among)
    )
    condition = kind.table.c.payment_id.in_(paid)
    return condition


def _of_customers_called(kind: _Kind, words: int) -> ColumnElement[bool]:
    """Asked of each row by itself, as there are many of them."""
    if kind.name == "payment":
        return has_words(_payment.c.customer_id, words)
    if kind.name == "failed":
        of, key = _attempt, _attempt.c.id == _failed.c.attempt_id
    else:
        of, key = _payment, _payment.c.id == kind.table.c.payment_id
    return exists().where(
        of.c.company_id == bindparam("company_id"), key, has_words(of.c.customer_id, words)
    )


def _on_invoices_numbered(kind: _Kind) -> ColumnElement[bool]:
    """Asked of each row by itself: a page is full after few where so many fit."""
    if kind.name == "failed":
        return _is_about(_attempt_invoice, _attempt_invoice.c.attempt_id == _failed.c.attempt_id)
    if kind.name == "payment":
        return or_(
            _is_about(_allocation, _allocation.c.payment_id == _payment.c.id),
            _is_about(_attempt_invoice, _attempt_invoice.c.attempt_id == _payment.c.attempt_id),
        )
    return _is_about(_allocation, _allocation.c.payment_id == kind.table.c.payment_id)


def _is_about(table: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            table.c.company_id == bindparam("company_id"),
            condition,
            _invoice.c.company_id == table.c.company_id,
            _invoice.c.id == table.c.invoice_id,
            has(_invoice.c.number, "number"),
        )
        .select_from(table, _invoice)
    )
