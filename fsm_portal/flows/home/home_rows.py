"""What a customer's home shows, chosen and added up in the database.

However long the history is, no more rows are read than are shown. The statements are made once:
they run at every payment, and writing one costs more than running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, literal_column, or_, select, union_all
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttemptInvoice
from fsm_portal.domain.company import Company
from fsm_portal.domain.company_logo import logo_hash
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_due import SETTLED, TO_PAY, InvoiceDue
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.statement import Statement
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import in_flight
from fsm_portal.flows.paying.on_its_way import BEING_PAID
from fsm_portal.flows.payments.under_dispute import disputed_invoices
from fsm_portal.flows.reader_locale import READER_LOCALE

_company = table_of(Company)
_customer = table_of(Customer)
_due = table_of(InvoiceDue)
_invoice = table_of(Invoice)
_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_attempt_invoice = table_of(CheckoutAttemptInvoice)

_HOST = Statement(
    select(
        _company.c.name,
        _company.c.brand_color,
        _company.c.email,
        _company.c.phone,
        logo_hash(_company),
        _company.c.currency,
        READER_LOCALE,
        _company.c.time_zone,
        _company.c.stripe_account_id,
        _company.c.stripe_charges_enabled,
        _company.c.stripe_deauthorized_at,
        func.coalesce(func.nullif(_customer.c.contact, ""), _customer.c.name).label("greeting"),
    ).where(
        _company.c.id == bindparam("company_id"),
        _customer.c.company_id == _company.c.id,
        _customer.c.id == bindparam("customer_id"),
    )
)

_theirs = (
    _due.c.company_id == bindparam("company_id"),
    _due.c.customer_id == bindparam("customer_id"),
)
_disputed = disputed_invoices(bindparam("company_id"))
_columns = (
    _due.c.company_id,
    _due.c.invoice_id.label("id"),
    _due.c.number,
    _due.c.currency,
    _due.c.issue_date,
    _due.c.due_date,
    _due.c.due,
)
# What a bank has in its hands is not asked for until it has decided.
_most_urgent = (
    select(*_columns, literal_column("1").label("is_open"), literal_column("0").label("disputed"))
    .where(*_theirs, TO_PAY, _due.c.invoice_id.not_in(_disputed))
    .order_by(_due.c.due_date, _due.c.number)
    .limit(bindparam("to_pay"))
    .subquery()
)
_newest = (
    select(*_columns, literal_column("0").label("is_open"), literal_column("0").label("disputed"))
    .where(*_theirs, SETTLED)
    .order_by(_due.c.issue_date.desc(), _due.c.number.desc())
    .limit(bindparam("settled"))
    .subquery()
)
_with_a_bank = (
    select(*_columns, literal_column("0").label("is_open"), literal_column("1").label("disputed"))
    .where(*_theirs, TO_PAY, _due.c.invoice_id.in_(_disputed))
    .order_by(_due.c.issue_date.desc(), _due.c.number.desc())
    .limit(bindparam("settled"))
    .subquery()
)
_shown = union_all(select(_most_urgent), select(_newest), select(_with_a_bank)).subquery("shown")
# Step by step and not as joins: a planner without statistics may begin at the wrong end of one,
# and go through all payments of the company for each row.
_when = (
    select(_payment.c.received_at)
    .where(
        _payment.c.company_id == _allocation.c.company_id, _payment.c.id == _allocation.c.payment_id
    )
    .scalar_subquery()
)
_last_paid = (
    select(func.max(_when))
    .where(
        _allocation.c.company_id == _shown.c.company_id,
        _allocation.c.invoice_id == _shown.c.id,
        # Always so. Without it SQLite prefers the table's key, which holds all that it has to know,
        # and goes through every payment of the company.
        _allocation.c.amount > 0,
    )
    .scalar_subquery()
)
_processing = exists().where(
    _attempt_invoice.c.company_id == _shown.c.company_id,
    _attempt_invoice.c.invoice_id == _shown.c.id,
    in_flight(),
)
_ROWS = Statement(
    select(
        _shown,
        _invoice.c.total,
        _invoice.c.issued_at,
        _invoice.c.voided_at,
        _last_paid.label("last_paid"),
        _processing.label("processing"),
    ).join(
        _invoice, and_(_invoice.c.company_id == _shown.c.company_id, _invoice.c.id == _shown.c.id)
    )
)

# The sums are taken from an index each, whole, and what is not asked for is taken off again: to
# look at every invoice for it takes several times as long.
_open = (*_theirs, TO_PAY)
_OWED = (
    select(_due.c.currency, func.count(), func.sum(_due.c.due))
    .where(*_open)
    .group_by(_due.c.currency)
)
_is_late = _due.c.due_date < bindparam("day")
# Most customers have one currency: to group by it here, a database would sort them all.
_LATE = select(
    func.min(_due.c.currency), func.count(), func.sum(_due.c.due), func.max(_due.c.currency)
).where(*_open, _is_late)
_LATES = (
    select(_due.c.currency, func.count(), func.sum(_due.c.due))
    .where(*_open, _is_late)
    .group_by(_due.c.currency)
)
# What a bank is looking into, and what one is on the way with. Few at any time.
_APART = select(
    _due.c.currency,
    _due.c.due,
    _due.c.due_date,
    _due.c.invoice_id.in_(_disputed).label("disputed"),
).where(*_open, or_(_due.c.invoice_id.in_(_disputed), _due.c.invoice_id.in_(BEING_PAID)))

Rows = Sequence[Any]


@dataclass(frozen=True)
class HomeSums:
    """Of all that is to pay in one currency: how many invoices, and minor units. What is being
    paid is owed, but not ``overdue``."""

    currency: str
    open: int
    owed: int
    late: int
    overdue: int


def home_host(session: Session, scope: Scope) -> Any:
    """Whose portal it is and who is greeted. Raises ValueError where there is no such pair."""
    (host,) = _HOST.ask(session.connection(), _key(scope)).rows
    return host


def takes_payments(host: Any) -> bool:
    """As ``Company.can_take_payments``, of a row that is read with every push."""
    return bool(
        host.stripe_account_id
        and host.stripe_charges_enabled
        and host.stripe_deauthorized_at is None
    )


def home_rows(session: Session, scope: Scope, to_pay: int, settled: int) -> tuple[Rows, Rows]:
    """What is to pay, the most urgent first, and what is settled or disputed, the newest first;
    so many of each at most."""
    limits = {"to_pay": to_pay, "settled": settled}
    rows = _ROWS.ask(session.connection(), _key(scope) | limits).rows
    # A union promises no order.
    open_ones = sorted(
        (row for row in rows if row.is_open), key=lambda row: (row.due_date, row.number)
    )
    others = sorted(
        (row for row in rows if not row.is_open),
        key=lambda row: (row.issue_date, row.number),
        reverse=True,
    )
    return open_ones, others[:settled]


def home_sums(session: Session, scope: Scope, day: date) -> list[HomeSums]:
    """All there is to pay, shown or not, by currency; ``day`` decides what is late."""
    connection, key = session.connection(), _key(scope)
    # PostgreSQL adds up integers into decimals.
    owed = {row[0]: [row[1], int(row[2])] for row in connection.execute(_OWED, key)}
    late = {currency: [0, 0] for currency in owed}
    first, count, amount, last = connection.execute(_LATE, key | {"day": day}).one()
    lates = [(first, count, amount)] if first else []
    if first != last:
        lates = [tuple(row) for row in connection.execute(_LATES, key | {"day": day})]
    for currency, count, amount in lates:
        late[currency] = [count, int(amount)]
    for row in connection.execute(_APART, key):
        for sums in (
            *([owed[row.currency]] if row.disputed else []),
            *([late[row.currency]] if row.due_date < day else []),
        ):
            sums[0] -= 1
            sums[1] -= row.due
    return [
        HomeSums(currency, *owed[currency], *late[currency])
        for currency in sorted(owed)
        if owed[currency][0]
    ]


def add_up(to_pay: Rows, day: date) -> list[HomeSums]:
    """What ``home_sums`` would say, where these rows are all there are."""
    currencies = sorted({row.currency for row in to_pay})
    return [
        _added_up(currency, [row for row in to_pay if row.currency == currency], day)
        for currency in currencies
    ]


def _added_up(currency: str, to_pay: Rows, day: date) -> HomeSums:
    late = [row.due for row in to_pay if row.due_date < day and not row.processing]
    owed = sum(row.due for row in to_pay)
    return HomeSums(currency, len(to_pay), int(owed), len(late), int(sum(late)))


def _key(scope: Scope) -> dict[str, Any]:
    return {"company_id": scope.company_id, "customer_id": scope.customer_id}
