"""What a customer's home shows, chosen and added up in the database.

However long the history is, no more rows are read than are shown. The statements are made once:
they run at every payment, and writing one costs more than running it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, exists, func, literal_column, select, union_all
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttemptInvoice
from fsm_portal.domain.company import Company
from fsm_portal.domain.company_logo import logo_hash
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_due import SETTLED, TO_PAY, InvoiceDue
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoice_view import in_flight
from fsm_portal.flows.on_its_way import BEING_PAID
from fsm_portal.flows.reader_locale import READER_LOCALE
from fsm_portal.flows.under_dispute import disputed_invoices

_company = table_of(Company)
_customer = table_of(Customer)
_due = table_of(InvoiceDue)
_invoice = table_of(Invoice)
_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_attempt_invoice = table_of(CheckoutAttemptInvoice)

_HOST = select(
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
_ROWS = select(
    _shown,
    _invoice.c.total,
    _invoice.c.issued_at,
    _invoice.c.voided_at,
    _last_paid.label("last_paid"),
    _processing.label("processing"),
).join(_invoice, and_(_invoice.c.company_id == _shown.c.company_id, _invoice.c.id == _shown.c.id))

# What is being paid is not asked for, however late it is.
_is_late = and_(_due.c.due_date < bindparam("day"), _due.c.invoice_id.not_in(BEING_PAID))
_SUMS = (
    select(
        _due.c.currency,
        func.count().label("open"),
        func.sum(_due.c.due).label("owed"),
        func.count(case((_is_late, 1))).label("late"),
        func.coalesce(func.sum(case((_is_late, _due.c.due))), 0).label("overdue"),
    )
    .where(*_theirs, TO_PAY, _due.c.invoice_id.not_in(_disputed))
    .group_by(_due.c.currency)
)

Rows = list[Row[*tuple[Any, ...]]]


@dataclass(frozen=True)
class HomeSums:
    """Of all that is to pay in one currency: how many invoices, and minor units. What is being
    paid is owed, but not ``overdue``."""

    currency: str
    open: int
    owed: int
    late: int
    overdue: int


def home_host(session: Session, scope: Scope) -> Row[*tuple[Any, ...]]:
    """Whose portal it is and who is greeted. Raises NoResultFound where there is no such pair."""
    return session.connection().execute(_HOST, _key(scope)).one()


def takes_payments(host: Row[*tuple[Any, ...]]) -> bool:
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
    rows = session.connection().execute(_ROWS, _key(scope) | limits).all()
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
    rows = session.connection().execute(_SUMS, _key(scope) | {"day": day}).all()
    # PostgreSQL adds up integers into decimals.
    sums = (HomeSums(currency, *map(int, figures)) for currency, *figures in rows)
    return sorted(sums, key=lambda one: one.currency)


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
