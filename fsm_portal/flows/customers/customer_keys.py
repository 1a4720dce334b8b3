"""The statements of the office's list of customers: one page of it, in each of its orders.

By name, by age, by lateness and by what they owe they go along an index and stop when the page is
full; and so they do among those who share a word, in the order of names.
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
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlmodel import Session

from fsm_portal.domain.customer import WORDS, Customer
from fsm_portal.domain.customer_owing import OWES, CustomerOwing
from fsm_portal.domain.customer_word import CustomerWord
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice_due import TO_PAY, InvoiceDue
from fsm_portal.flows.customers.called import FEW, called, has_words
from fsm_portal.flows.customers.customer_query import PAGE
from fsm_portal.flows.customers.in_order import (
    IS_EVERYBODY,
    are_some,
    page_of_everybody,
    page_of_some,
    page_of_words,
    words_beginning,
)
from fsm_portal.flows.payments.under_dispute import disputed_invoices

_customer = table_of(Customer)
_due = table_of(InvoiceDue)
_owing = table_of(CustomerOwing)
_word = table_of(CustomerWord)
_earlier = _due.alias("earlier")
words: ColumnElement[str] = literal_column(WORDS.text, String)

# Of so many the page is looked up and put in order; of more it is read in order.
_LOOKED_UP = 200
_company: BindParameter[str] = bindparam("company_id", type_=String)
# What a bank has in its hands is owed, but nobody is late with it until it has decided.
_disputed = disputed_invoices(_company)
_is_late = and_(_due.c.due_date < bindparam("day", type_=Date), _due.c.invoice_id.not_in(_disputed))
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
    """``search`` is the kind of it that ``narrowed`` says: "ids", "stripe", a number of words, how
    many of them are read in order ("in_order 3 2": the first of two begins three), or nothing.

    Parameters: company_id; ``at`` and ``tie`` from a row on; what ``narrowed`` says; ``day`` and
    ``currency`` where it goes by what is owed. Each row has ``sorted_by``, what its list is sorted
    by.
    """
    if order == "newest" or (not search and order == "name"):
        return _of_all(order, onward, from_a_row, search)
    if order == "name":
        return _of_found(onward, from_a_row, search)
    keys = (_most if order == "owed" else _overdue)(onward, from_a_row, search).subquery("page")
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


def _of_found(onward: bool, from_a_row: bool, search: str) -> Select[Any]:
    """Those who were searched for, in the order of names as the index of words has it."""
    keys = _found(onward, from_a_row, search).subquery("page")
    return (
        select(*_COLUMNS, keys.c.called.label("sorted_by"), keys.c.id.label("tie"))
        .join(keys, and_(_ours, keys.c.id == _customer.c.id))
        .order_by(*_sorted(keys.c.called, keys.c.id, onward))
    )


def _found(onward: bool, from_a_row: bool, search: str) -> Select[Any]:
    kind, *counts = search.split()
    if kind == "in_order":
        beginning, words = map(int, counts)
        return page_of_words(beginning, words, from_a_row, onward, PAGE + 1)
    if kind in ("some", "everybody"):
        page = page_of_some if kind == "some" else page_of_everybody
        return page(int(counts[0]), from_a_row, onward, PAGE + 1)
    # Not the bare column: for its order SQLite would go along everybody, and not to those it knows.
    called, tie = func.coalesce(_word.c.called, ""), _word.c.customer_id
    found = select(tie.label("id"), called.label("called")).where(
        _word.c.company_id == _company, IS_EVERYBODY, _matches(kind, tie)
    )
    if from_a_row:
        found = found.where(_beyond(called, String(), tie, onward))
    return found.order_by(*_sorted(called, tie, onward)).limit(PAGE + 1)


def _most(onward: bool, from_a_row: bool, search: str) -> Select[Any]:
    """Amounts of two currencies cannot be compared: what is owed in the company's own decides, and
    who owes in others alone comes behind."""
    its_own = bindparam("currency", type_=String)
    also = _owing.alias("also")
    # Each is there once, by the first of the currencies.
    elsewhere = ~exists().where(
        also.c.company_id == _owing.c.company_id,
        also.c.customer_id == _owing.c.customer_id,
        or_(also.c.currency == its_own, also.c.currency < _owing.c.currency),
        also.c.owed > 0,
    )
    # On one side of the own currency and on the other: ranges of the index.
    others = (_owing.c.currency < its_own, _owing.c.currency > its_own)
    pages = [
        _of_owing(_owing.c.owed, (_owing.c.currency == its_own,), onward, from_a_row, search),
        *(_of_owing(None, (of, elsewhere), onward, from_a_row, search) for of in others),
    ]
    together = union_all(*(select(page.subquery()) for page in pages)).subquery()
    return (
        select(together.c.id, together.c.tie, together.c.sorted_by)
        .order_by(*_sorted(together.c.sorted_by, together.c.tie, not onward))
        .limit(PAGE + 1)
    )


def _of_owing(
    by: Any, of: tuple[ColumnElement[bool], ...], onward: bool, from_a_row: bool, search: str
) -> Select[Any]:
    tie = _owing.c.customer_id
    amount = literal(0, BigInteger()) if by is None else by
    found = select(tie.label("id"), tie.label("tie"), amount.label("sorted_by")).where(
        _owing.c.company_id == _company, OWES, *of
    )
    if from_a_row:
        found = found.where(_beyond(amount, BigInteger(), tie, not onward))
    # Not the bare column: for its order SQLite would go along all who owe, by their ids.
    order = func.coalesce(tie, "") if by is None else by
    return _ended(found, search, tie, order, tie, not onward)


def _overdue(onward: bool, from_a_row: bool, search: str) -> Select[Any]:
    day, tie = _due.c.due_date, _due.c.invoice_id
    found = select(_due.c.customer_id.label("id"), tie.label("tie"), day.label("sorted_by")).where(
        _due.c.company_id == _company, TO_PAY, _is_late, _is_the_oldest
    )
    if from_a_row:
        found = found.where(_beyond(day, Date(), tie, onward))
    return _ended(found, search, _due.c.customer_id, day, tie, onward)


def _ended(
    found: Select[Any], search: str, customer_id: Any, by: Any, tie: Any, up: bool
) -> Select[Any]:
    if search:
        found = found.where(_matches(search, customer_id))
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
    return has_words(customer_id, int(search))


def narrowed(
    session: Session, company_id: str, text: str, *, by_name: bool
) -> tuple[str, dict[str, Any]]:
    """What kind of search ``text`` is, for ``page_of_customers`` (in the order of names or in
    another), and the parameters for it: Stripe's id of a customer, or words that begin one in who
    it is."""
    if not text:
        return "", {}
    if text.startswith("cus_"):
        return "stripe", {"search": text}
    found = called(session, company_id, text, _LOOKED_UP if by_name else FEW)
    if found.ids is not None:
        return "ids", {"ids": found.ids}
    if not by_name:
        return str(found.words), found.values
    if words := words_beginning(session, company_id, found.values):
        return f"in_order {len(words)} {found.words}", found.values | words
    kind = "some" if are_some(session, company_id, found.values) else "everybody"
    return f"{kind} {found.words}", found.values


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
