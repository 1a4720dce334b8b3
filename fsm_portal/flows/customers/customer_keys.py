"""The statements of the office's list of customers: one page of it, in each of its orders.

By name, by age and by lateness they go along an index and stop when the page is full. How much
each owes is added up from an index of what is open, however many customers there are.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlmodel import Session

from fsm_portal.domain.customer import WORDS, Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice_due import TO_PAY, InvoiceDue
from fsm_portal.flows.customers.called import called, has_words, is_rare, with_words
from fsm_portal.flows.customers.customer_query import PAGE
from fsm_portal.flows.payments.under_dispute import disputed_invoices

_customer = table_of(Customer)
_due = table_of(InvoiceDue)
_earlier = _due.alias("earlier")
words: ColumnElement[str] = literal_column(WORDS.text, String)

_TOGETHER = "all "
_company: BindParameter[str] = bindparam("company_id", type_=String)
# What a bank has in its hands is owed, but nobody is late with it until it has decided.
_disputed = disputed_invoices(_company)
_is_late = and_(_due.c.due_date < bindparam("day", type_=Date), _due.c.invoice_id.not_in(_disputed))
# Amounts of two currencies cannot be compared: what is owed in the company's own decides.
_owed = func.sum(case((_due.c.currency == bindparam("currency"), _due.c.due), else_=0))
_COLUMNS = (
    _customer.c.id,
    _customer.c.name,
    _customer.c.contact,
    _customer.c.email,
    _customer.c.stripe_customer_id,
    _customer.c.stripe_account_id,
)
_ours = _customer.c.company_id == _company
# Of each customer the one invoice that is late the longest.
_is_the_oldest = ~exists().where(
    _earlier.c.company_id == _due.c.company_id,
    _earlier.c.customer_id == _due.c.customer_id,
    TO_PAY,
    _earlier.c.due_date <= _due.c.due_date,
    or_(_earlier.c.due_date < _due.c.due_date, _earlier.c.invoice_id < _due.c.invoice_id),
    _earlier.c.invoice_id.not_in(_disputed),
)


@cache
def page_of_customers(order: str, onward: bool, from_a_row: bool, search: str) -> Select[Any]:
    """``search`` is the kind of it that ``narrowed`` says: "ids", "stripe", a number of words, the
    same looked up together, or nothing.

    Parameters: company_id; ``at`` and ``tie`` from a row on; what ``narrowed`` says; ``day`` and
    ``currency`` where it goes by what is owed. Each row has ``sorted_by``, what its list is sorted
    by.
    """
    if order in ("name", "newest"):
        return _of_all(order, onward, from_a_row, search)
    keys = (_owing if order == "owed" else _overdue)(onward, from_a_row, search).subquery("page")
    return (
        select(*_COLUMNS, keys.c.sorted_by, keys.c.tie)
        .join(keys, and_(_ours, keys.c.id == _customer.c.id))
        .order_by(*_sorted(keys.c.sorted_by, keys.c.tie, onward is (order == "oldest")))
    )


def _of_all(order: str, onward: bool, from_a_row: bool, search: str) -> Select[Any]:
    by_name = order == "name"
    up = onward is by_name
    found = select(*_COLUMNS, words.label("sorted_by"), _customer.c.id.label("tie")).where(_ours)
    if from_a_row:
        found = found.where(_beyond(words if by_name else None, String(), _customer.c.id, up))
    if search:
        found = found.where(_matches(search, _customer.c.id))
    order_by = _sorted(words if by_name else None, _customer.c.id, up)
    return found.order_by(*order_by).limit(PAGE + 1)


def _owing(onward: bool, from_a_row: bool, search: str) -> Select[Any]:
    tie = _due.c.customer_id
    found = (
        select(tie.label("id"), tie.label("tie"), _owed.label("sorted_by"))
        .where(_due.c.company_id == _company, TO_PAY)
        .group_by(tie)
    )
    if from_a_row:
        found = found.having(_beyond(_owed, BigInteger(), tie, not onward))
    return _ended(found, search, _owed, tie, not onward)


def _overdue(onward: bool, from_a_row: bool, search: str) -> Select[Any]:
    day, tie = _due.c.due_date, _due.c.invoice_id
    found = select(_due.c.customer_id.label("id"), tie.label("tie"), day.label("sorted_by")).where(
        _due.c.company_id == _company, TO_PAY, _is_late, _is_the_oldest
    )
    if from_a_row:
        found = found.where(_beyond(day, Date(), tie, onward))
    return _ended(found, search, day, tie, onward)


def _ended(found: Select[Any], search: str, by: Any, tie: Any, up: bool) -> Select[Any]:
    if search:
        found = found.where(_matches(search, _due.c.customer_id))
    return found.order_by(*_sorted(by, tie, up)).limit(PAGE + 1)


def _sorted(by: Any, tie: Any, up: bool) -> list[Any]:
    keys = [key for key in (by, tie) if key is not None]
    return [key.asc() if up else key.desc() for key in keys]


def _beyond(by: Any, kind: Any, tie_of: Any, up: bool) -> ColumnElement[bool]:
    """Above or below ``at`` and ``tie``; written so that both databases see a range of an index."""
    at, tie = bindparam("at", type_=kind), bindparam("tie", type_=String)
    past: ColumnElement[bool] = tie_of > tie if up else tie_of < tie
    if by is None:
        return past
    if up:
        return and_(by >= at, or_(by > at, past))
    return and_(by <= at, or_(by < at, past))


def _matches(search: str, customer_id: ColumnElement[str]) -> ColumnElement[bool]:
    if search == "ids":
        return customer_id.in_(bindparam("ids", expanding=True, type_=String))
    if search == "stripe":
        theirs = select(_customer.c.id).where(
            _ours, _customer.c.stripe_customer_id == bindparam("search", type_=String)
        )
        return customer_id.in_(theirs)
    if search.startswith(_TOGETHER):
        words_too = with_words(int(search.removeprefix(_TOGETHER)))
        return customer_id.in_(words_too)
    return has_words(customer_id, int(search))


def narrowed(session: Session, company_id: str, text: str) -> tuple[str, dict[str, Any]]:
    """What kind of search ``text`` is, for ``page_of_customers``, and the parameters for it:
    Stripe's id of a customer, or words that begin one in who it is."""
    if not text:
        return "", {}
    if text.startswith("cus_"):
        return "stripe", {"search": text}
    found = called(session, company_id, text)
    if found.ids is not None:
        return "ids", {"ids": found.ids}
    together = _TOGETHER if is_rare(session, company_id, found) else ""
    return f"{together}{found.words}", found.values


# What the customers of a page owe. Made once: it runs at every payment.
SUMS = (
    select(
        _due.c.customer_id.label("id"),
        _due.c.currency,
        func.sum(_due.c.due).label("owed"),
        func.sum(case((_is_late, _due.c.due), else_=0)).label("overdue"),
        func.count().label("open"),
        func.min(case((_is_late, _due.c.due_date))).label("oldest"),
    )
    .where(
        _due.c.company_id == _company,
        _due.c.customer_id.in_(bindparam("ids", expanding=True)),
        TO_PAY,
    )
    .group_by(_due.c.customer_id, _due.c.currency)
)
# Where a customer stands in the order of names.
WORDS_OF = select(words).where(_ours, _customer.c.id == bindparam("id"))
