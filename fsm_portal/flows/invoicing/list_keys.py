"""The statements of the staff's list of invoices: the keys of one page, whatever it shows.

Made once for each filter, order and direction. What was issued is read off the index of what is
due, drafts off their own; each goes along an index in the order of the list and stops when its page
is full. A page of several such statements is put together by ``flows/invoices/list_invoices``.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    func,
    select,
    tuple_,
    union_all,
)
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import IN_FLIGHT, CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.code_points import by_code_points
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import NOT_ISSUED, Invoice
from fsm_portal.domain.invoice_due import PAID, REFUNDED, TO_PAY, VOIDED, InvoiceDue
from fsm_portal.flows.customers.called import has_words
from fsm_portal.flows.payments.under_dispute import disputed_invoices
from fsm_portal.flows.searched_amount import OF_AMOUNTS, comes_to_in

_invoice = table_of(Invoice)
_customer = table_of(Customer)
_due = table_of(InvoiceDue)
_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)

Show = Literal[
    "all",
    "draft",
    "unpaid",
    "overdue",
    "paid",
    "processing",
    "refunded",
    "disputed",
    "void",
]
Sort = Literal["newest", "due", "amount", "customer"]
Of = Literal["issued", "drafts"]
# How a page is narrowed: to ids that are few, or to a total, or to many invoices along the way: by
# number, by some customers, or by so many words that their customers' have.
Narrow = Literal["", "ids", "total", "number", "some_customers", "1", "2", "3", "4", "5"]

# The first rows of a list sorted by these are the greatest.
DESCENDING: dict[Sort, bool] = {"newest": True, "due": False, "amount": True, "customer": False}
_COLUMNS: dict[Sort, tuple[str, Any]] = {
    "newest": ("issue_date", Date),
    "due": ("due_date", Date),
    "amount": ("total", BigInteger),
    "customer": ("customer_name", String),
}
# Where a list's rows are to be looked for.
SOURCES: dict[Show, tuple[Of, ...]] = {"all": ("issued", "drafts"), "void": ("issued", "drafts")}
_COMPANY: BindParameter[str] = bindparam("company_id")
# As the index of what is due has it, and in its order.
_NAME = by_code_points(func.substr(func.lower(_customer.c.name), 1, 80))


def sources(show: Show) -> tuple[Of, ...]:
    return SOURCES.get(show, ("drafts",) if show == "draft" else ("issued",))


@cache
def page_of_keys(
    of: Of,
    show: Show,
    sort: Sort,
    narrow: Narrow,
    from_a_row: bool,
    onward: bool,
    rows: int,
    among: bool = False,
) -> Select[Any]:
    """Rows of ``id`` and ``sorted_by``, ``rows`` at most, in the order in which one goes; where
    their ids are known, all there are from there on.

    Parameters: company_id, and as it is asked for ``day``, ``at`` and ``tie`` of the row one stands
    at, ``ids``, ``number`` (a pattern), ``some`` customers, what
    ``searched_amount`` and ``called`` give; ``shown``, ids of ``shown_ids``, if ``among`` them.
    """
    if narrow == "total":
        pages = [
            _one_page(of, show, sort, narrow, from_a_row, onward, rows, among, digits)
            for digits in OF_AMOUNTS
        ]
        return select(union_all(*(select(page.subquery()) for page in pages)).subquery())
    return _one_page(of, show, sort, narrow, from_a_row, onward, rows, among, None)


def _one_page(
    of: Of,
    show: Show,
    sort: Sort,
    narrow: Narrow,
    from_a_row: bool,
    onward: bool,
    rows: int,
    among: bool,
    digits: int | None,
) -> Select[Any]:
    """``digits`` are the decimals of the currencies in which an amount is looked for."""
    invoice_id, at, found = _issued(sort, show, among) if of == "issued" else _drafts(sort, show)
    found = found.add_columns(at.label("sorted_by"))
    if digits is not None:
        table = _due if of == "issued" else _invoice
        found = found.where(comes_to_in(digits, table.c.total, table.c.currency))
    elif narrow:
        found = found.where(_narrowed(of, narrow))
    descending = DESCENDING[sort] == onward
    if from_a_row:
        kind = _COLUMNS[sort][1]
        here = tuple_(bindparam("at", type_=kind), bindparam("tie", type_=String))
        row = tuple_(at, invoice_id)
        found = found.where(row < here if descending else row > here)
    if among or narrow == "ids":
        # Few, all of them: asked for in order, SQLite would go along the whole list to save a sort.
        # So it would where an index has all that is asked for: it takes a company for a small one.
        # No index has the number.
        return found.add_columns((_due if of == "issued" else _invoice).c.number)
    order = (at.desc(), invoice_id.desc()) if descending else (at.asc(), invoice_id.asc())
    return found.order_by(*order).limit(rows)


def _issued(sort: Sort, show: Show, among: bool) -> tuple[Any, Any, Select[Any]]:
    found = select(_due.c.invoice_id.label("id")).where(_due.c.company_id == _COMPANY)
    disputed = disputed_invoices(_COMPANY)
    match show:
        case "unpaid":
            found = found.where(TO_PAY)
        case "overdue":
            found = found.where(
                TO_PAY, _due.c.due_date < bindparam("day"), _due.c.invoice_id.not_in(disputed)
            )
        case "paid":
            found = found.where(PAID)
        case "void":
            found = found.where(VOIDED)
        case "refunded":
            found = found.where(REFUNDED)
        case "processing":
            found = found.where(TO_PAY)
    if among:
        found = found.where(_due.c.invoice_id.in_(bindparam("shown", expanding=True, type_=String)))
    elif show in _CONDITIONS:
        found = found.where(_CONDITIONS[show]())
    return _due.c.invoice_id, _due.c[_COLUMNS[sort][0]], found


def _drafts(sort: Sort, show: Show) -> tuple[Any, Any, Select[Any]]:
    """What was never sent; with "void", what of it was discarded."""
    found = select(_invoice.c.id).where(_invoice.c.company_id == _COMPANY, NOT_ISSUED)
    if show != "all":
        discarded = _invoice.c.voided_at.is_not(None)
        found = found.where(discarded if show == "void" else ~discarded)
    if sort != "customer":
        return _invoice.c.id, _invoice.c[_COLUMNS[sort][0]], found
    found = found.join(
        _customer,
        and_(
            _customer.c.company_id == _invoice.c.company_id,
            _customer.c.id == _invoice.c.customer_id,
        ),
    )
    return _invoice.c.id, _NAME, found


def _narrowed(of: Of, narrow: Narrow) -> ColumnElement[bool]:
    table, invoice_id = (_due, _due.c.invoice_id) if of == "issued" else (_invoice, _invoice.c.id)
    if narrow == "ids":
        return invoice_id.in_(bindparam("ids", expanding=True))
    if narrow == "number":
        return has(table.c.number, "number")
    if narrow == "some_customers":
        return table.c.customer_id.in_(bindparam("some", expanding=True, type_=String))
    return has_words(table.c.customer_id, int(narrow))


def has(column: Any, pattern: str) -> ColumnElement[bool]:
    """Whether ``column`` is like the parameter of that name, small letters or capitals."""
    return func.lower(column).like(bindparam(pattern, type_=String), escape="\\")


def _on_their_way() -> Select[Any]:
    """Begins with the bank debits in flight, of which there are few at any time."""
    return (
        select(_attempt_invoice.c.invoice_id)
        .join(
            _attempt,
            and_(
                _attempt.c.company_id == _attempt_invoice.c.company_id,
                _attempt.c.id == _attempt_invoice.c.attempt_id,
            ),
        )
        .where(_attempt.c.company_id == _COMPANY, IN_FLIGHT)
    )


# Of few among all invoices: as many as are put in order sooner than they are come across.
_FEW = 2_000
_CONDITIONS: dict[Show, Callable[[], ColumnElement[bool]]] = {
    "disputed": lambda: _due.c.invoice_id.in_(disputed_invoices(_COMPANY)),
    "processing": lambda: _due.c.invoice_id.in_(_on_their_way()),
}
_IDS: dict[Show, Any] = {
    "disputed": disputed_invoices(_COMPANY).limit(_FEW + 1),
    "processing": _on_their_way().limit(_FEW + 1),
}


def shown_ids(session: Session, company_id: str, show: Show) -> tuple[str, ...] | None:
    """Ids of the invoices that ``show`` is about, where they are few among all; None where it is
    about others, or about so many that its page is soon full."""
    if show not in _IDS:
        return None
    ids = session.connection().execute(_IDS[show], {"company_id": company_id}).scalars().all()
    return tuple(ids) if len(ids) <= _FEW else None


def where_it_stands(sort: Sort) -> Select[Any]:
    """What the row of the parameter ``id`` is sorted by, as the lists have it."""
    column = _NAME if sort == "customer" else _invoice.c[_COLUMNS[sort][0]]
    return (
        select(column.label("sorted_by"))
        .join(
            _customer,
            and_(
                _customer.c.company_id == _invoice.c.company_id,
                _customer.c.id == _invoice.c.customer_id,
            ),
        )
        .where(_invoice.c.company_id == _COMPANY, _invoice.c.id == bindparam("id"))
    )
