"""What a company owes a customer: overpayments and credit notes not put to an invoice yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, func, literal_column, select
from sqlmodel import Session

from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import connection_of, table_of
from fsm_portal.domain.ledger import OF_CREDIT, Account, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.statement import Statement

_entry = table_of(LedgerEntry)
_customer = table_of(Customer)
_payment = table_of(Payment)


@dataclass(frozen=True)
class CreditPart:
    """``amount`` in minor units; of which payment it is the surplus, None for a credit note's."""

    payment_id: str | None
    currency: str
    amount: int


# Written out: with a parameter beside a column of the index's condition SQLite makes its plan anew
# at every execution.
_TO_CREDIT = _entry.c.credit == literal_column(f"'{Account.CUSTOMER_CREDIT}'")
_PARTS = Statement(
    select(
        func.max(_entry.c.payment_id),
        _entry.c.currency,
        func.sum(
            case(
                (_TO_CREDIT, _entry.c.amount),
                else_=-_entry.c.amount,
            )
        ),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.customer_id == bindparam("customer_id"),
        OF_CREDIT,
    )
    # By an expression, or SQLite goes through the whole company's ledger in the order of its
    # payments, to spare itself the sorting.
    .group_by(func.coalesce(_entry.c.payment_id, literal_column("''")), _entry.c.currency)
)


def credit_parts(
    session: Session | Connection, company_id: str, customer_id: str
) -> list[CreditPart]:
    """What there is of credit now, the oldest payment's first."""
    parts = _parts(session, company_id, customer_id)
    # Ids sort by their birth.
    return sorted(
        (part for part in parts if part.amount > 0), key=lambda part: part.payment_id or "~"
    )


def returned_twice(
    session: Session | Connection, company_id: str, customer_id: str
) -> dict[str, int]:
    """What was refunded to the customer and taken back by a bank as well, minor units by currency:
    the credit of such a payment is below zero by that (see ``taken_of``)."""
    sums: dict[str, int] = {}
    for part in _parts(session, company_id, customer_id):
        if part.amount < 0:
            sums[part.currency] = sums.get(part.currency, 0) - part.amount
    return sums


def _parts(session: Session | Connection, company_id: str, customer_id: str) -> list[CreditPart]:
    key = {"company_id": company_id, "customer_id": customer_id}
    rows = _PARTS.ask(connection_of(session), key).rows
    return [CreditPart(payment_id, currency, int(left)) for payment_id, currency, left in rows]


def credit_of(
    session: Session | Connection, company_id: str, customer_id: str, currency: str
) -> int:
    """The customer's credit in ``currency``, minor units."""
    parts = credit_parts(session, company_id, customer_id)
    return sum(part.amount for part in parts if part.currency == currency)


def lock_credit(connection: Connection, company_id: str, customer_id: str) -> list[CreditPart]:
    """The credit, for one to change it at a time: nobody spends or gives back the same twice.

    Locks on PostgreSQL the customer, then the payments whose surplus it is; invoices come after
    them. SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(
            select(_customer.c.id)
            .where(_customer.c.company_id == company_id, _customer.c.id == customer_id)
            .with_for_update(key_share=True)
        )
        parts = credit_parts(connection, company_id, customer_id)
        lock_payments(connection, company_id, [part.payment_id for part in parts])
    return credit_parts(connection, company_id, customer_id)


def lock_payments(
    connection: Connection, company_id: str, payment_ids: Sequence[str | None]
) -> None:
    """As refunds and disputes do before they take a payment's money. SQLite has one writer."""
    if connection.dialect.name != "postgresql":
        return
    connection.execute(
        select(_payment.c.id)
        .where(
            _payment.c.company_id == company_id,
            _payment.c.id.in_([each for each in payment_ids if each]),
        )
        .order_by(_payment.c.id)
        .with_for_update(key_share=True)
    )
