"""The statements of a customer's list of invoices: one page of it, and how many there are.

Made once for each filter and direction. Each goes along an index in the order of the list, and
stops when its page is full.
"""

from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from fsm_portal.domain.checkout_attempt import CheckoutAttemptInvoice
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine
from fsm_portal.domain.invoice_due import SETTLED, TO_PAY, InvoiceDue
from fsm_portal.domain.small_letters import small_letters
from fsm_portal.flows.invoices.invoice_view import in_flight
from fsm_portal.flows.keyset import beyond, in_order
from fsm_portal.flows.paying.on_its_way import BEING_PAID
from fsm_portal.flows.payments.under_dispute import disputed_invoices
from fsm_portal.flows.searched_amount import comes_to

_invoice = table_of(Invoice)
_document = _invoice.alias("document")
_line = table_of(InvoiceLine)
_due = table_of(InvoiceDue)
_attempt_invoice = table_of(CheckoutAttemptInvoice)

ShowInvoices = Literal["all", "unpaid", "overdue", "paid"]
# How what is looked for is compared: not at all, by the letters from A to Z, which every database
# folds by itself, or by any letters, which on SQLite takes three times as long.
Letters = Literal["", "plain", "any"]
# More than this is "99+": to count 10,000 takes longer than to show the page.
MOST_COUNTED = 100

_disputed = disputed_invoices(bindparam("company_id"))
# What a bank has in its hands is not asked for until it has decided.
_asked_for = and_(TO_PAY, _due.c.invoice_id.not_in(_disputed))


def _theirs(table: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.company_id == bindparam("company_id"),
        table.c.customer_id == bindparam("customer_id"),
    )


def _of(show: ShowInvoices) -> Select[Any]:
    """The ids of all invoices of one filter."""
    if show == "all":
        return select(_invoice.c.company_id, _invoice.c.id).where(
            *_theirs(_invoice), _invoice.c.issued_at.is_not(None)
        )
    found = select(_due.c.company_id, _due.c.invoice_id.label("id")).where(*_theirs(_due))
    if show == "paid":
        return found.where(SETTLED, ~_due.c.voided)
    found = found.where(_asked_for)
    if show == "overdue":
        # What is being paid is not called late.
        found = found.where(
            _due.c.due_date < bindparam("day"), _due.c.invoice_id.not_in(BEING_PAID)
        )
    return found


def _order(show: ShowInvoices) -> tuple[Any, Any]:
    """What is overdue stands in the order of its due days, the rest as it was written."""
    table = _invoice if show == "all" else _due
    return (table.c.due_date if show == "overdue" else table.c.issue_date), table.c.number


@cache
def page_of_invoices(
    show: ShowInvoices, older: bool, from_a_row: bool, searched: Letters
) -> Select[Any]:
    """Parameters: company_id, customer_id, and as it is asked for ``day``, those of a Cursor,
    ``pattern`` and those of ``searched_amount``."""
    at, number = _order(show)
    keys = _of(show).add_columns(at.label("sorted_by"))
    if from_a_row:
        keys = keys.where(beyond(at, number, older))
    if searched:
        keys = keys.where(_matches(_invoice if show == "all" else _due, searched))
    page = in_order(keys, at, number, older).subquery("page")
    order = (page.c.sorted_by, _invoice.c.number)
    return (
        select(
            _invoice.c.id,
            _invoice.c.number,
            _invoice.c.currency,
            _invoice.c.issue_date,
            _invoice.c.due_date,
            _invoice.c.issued_at,
            _invoice.c.voided_at,
            _invoice.c.total,
            page.c.sorted_by,
            exists()
            .where(
                _attempt_invoice.c.company_id == page.c.company_id,
                _attempt_invoice.c.invoice_id == page.c.id,
                in_flight(),
            )
            .label("processing"),
        )
        .join(page, and_(page.c.company_id == _invoice.c.company_id, page.c.id == _invoice.c.id))
        .order_by(*[each.desc() if older else each.asc() for each in order])
    )


def _matches(table: Any, letters: Letters) -> ColumnElement[bool]:
    """``pattern`` in its number, its notes or its lines; or it came to the amount looked for."""
    invoice_id = table.c.id if table is _invoice else table.c.invoice_id
    fold = func.lower if letters == "plain" else small_letters

    def _has(column: ColumnElement[str]) -> ColumnElement[bool]:
        return fold(column).like(bindparam("pattern", type_=String), escape="\\")

    in_a_line = exists().where(
        _line.c.company_id == table.c.company_id,
        _line.c.invoice_id == invoice_id,
        or_(_has(_line.c.description), _has(_line.c.detail)),
    )
    in_the_document = exists().where(
        _document.c.company_id == table.c.company_id,
        _document.c.id == invoice_id,
        or_(
            _has(_document.c.notes),
            comes_to(_document.c.total, _document.c.currency),
        ),
    )
    return or_(_has(table.c.number), in_the_document, in_a_line)


def _up_to(show: ShowInvoices) -> ColumnElement[int]:
    # In the order of an index: PostgreSQL takes what it looks for to be anywhere, and would rather
    # go through the table until it has seen enough.
    some: Select[Any] = _of(show).with_only_columns(literal_column("1"))
    some = some.order_by(*_order(show))
    counted = select(func.count()).select_from(some.limit(MOST_COUNTED).subquery())
    return counted.scalar_subquery().label(show)


COUNTS = select(*[_up_to(show) for show in ("all", "unpaid", "overdue", "paid")])
