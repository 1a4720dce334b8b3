"""The movements of a customer's statement and their sums by month, as an index: kept by the
database itself, never by us.

A movement is what the entries of one fact come to on the customer's account: what they owe on
invoices less the credit that is held for them. A statement begins with what all movements before it
come to, and no database indexes a sum. So a trigger on ``ledger_entry`` keeps a row here for every
movement, and one on that row keeps the sums of its month (decision 0024). Nobody else writes here;
the proof holds every row against the ledger.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from fsm_portal.domain.columns import minor_units
from fsm_portal.domain.ledger import Kind
from fsm_portal.domain.triggers import Trigger, put_in_place, take_away

# Entries of one source that are one fact to the reader.
INVOICE, PAYMENT, DISPUTE = "invoice", "payment", "dispute"
FAMILIES = {
    Kind.SALE: INVOICE,
    Kind.TAX: INVOICE,
    Kind.PAYMENT: PAYMENT,
    Kind.OVERPAYMENT: PAYMENT,
    Kind.DISPUTE: DISPUTE,
    Kind.DISPUTE_RETURNED: DISPUTE,
}


class CustomerMovement(SQLModel, table=True):
    """``amount`` raises what is owed, or lowers it below zero; ``used`` is credit put to an
    invoice, below zero taken off it. Minor units. Where both are zero it is no movement to anybody:
    what was laid from one invoice to another.

    ``at`` is when it happened, UTC; ``source`` the object it comes from (see LedgerEntry); ``id``
    that of its first entry.
    """

    __tablename__ = "customer_movement"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        # The key is the order in which a statement is read.
        {"sqlite_with_rowid": False},
    )

    company_id: str = Field(primary_key=True, max_length=32)
    customer_id: str = Field(primary_key=True, max_length=32)
    currency: str = Field(primary_key=True, max_length=3)
    at: datetime = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=255)
    family: str = Field(primary_key=True, max_length=32)
    id: str = Field(max_length=32)
    payment_id: str | None = Field(default=None, max_length=32)
    amount: int = Field(sa_column=minor_units())
    used: int = Field(sa_column=minor_units())


class CustomerMonth(SQLModel, table=True):
    """What the movements of one month come to, minor units, and how many they are.

    ``month`` is its first moment, UTC.
    """

    __tablename__ = "customer_month"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        {"sqlite_with_rowid": False},
    )

    company_id: str = Field(primary_key=True, max_length=32)
    customer_id: str = Field(primary_key=True, max_length=32)
    currency: str = Field(primary_key=True, max_length=3)
    month: datetime = Field(primary_key=True)
    raised: int = Field(sa_column=minor_units())
    lowered: int = Field(sa_column=minor_units())
    movements: int = Field(sa_column=minor_units())


class month_of(FunctionElement[datetime]):
    """The first moment of the month, UTC, in which a moment lies."""

    type = UTCDateTime()
    inherit_cache = True


_MONTH = {
    "sqlite": "(substr({0}, 1, 7) || '-01 00:00:00.000000')",
    "postgresql": "date_trunc('month', {0}, 'UTC')",
}


@compiles(month_of)
def _written_month_of(element: Any, compiler: Any, **how: Any) -> str:
    moment = compiler.process(element.clauses, **how)
    return _MONTH[compiler.dialect.name].format(moment)


_COUNTS = "('receivable', 'customer_credit')"
_SIGNED = (
    f"CASE WHEN {{0}}.debit IN {_COUNTS} THEN {{0}}.amount ELSE 0 END"
    f" - CASE WHEN {{0}}.credit IN {_COUNTS} THEN {{0}}.amount ELSE 0 END"
)
_USED = (
    "CASE {0}.kind WHEN 'credit_applied' THEN {0}.amount"
    " WHEN 'credit_returned' THEN -{0}.amount ELSE 0 END"
)
_FAMILY = (
    "CASE {0}.kind "
    + " ".join(f"WHEN '{kind}' THEN '{family}'" for kind, family in FAMILIES.items())
    + " ELSE {0}.kind END"
)
_OF_ENTRY = (
    "{0}.company_id, {0}.customer_id, {0}.currency, {0}.occurred_at, {0}.source,"
    f" {_FAMILY}, {{0}}.id, {{0}}.payment_id, {_SIGNED}, {_USED}"
)
_IS_MOVED = (
    f"{{0}}.customer_id IS NOT NULL AND ({{0}}.debit IN {_COUNTS} OR {{0}}.credit IN {_COUNTS})"
)
_MOVED = (
    "INSERT INTO customer_movement (company_id, customer_id, currency, at, source, family,"
    f" id, payment_id, amount, used) VALUES ({_OF_ENTRY.format('NEW')})"
    " ON CONFLICT (company_id, customer_id, currency, at, source, family) DO UPDATE SET"
    " id = CASE WHEN excluded.id < customer_movement.id"
    " THEN excluded.id ELSE customer_movement.id END,"
    " payment_id = CASE WHEN customer_movement.payment_id IS NULL"
    " OR excluded.payment_id < customer_movement.payment_id"
    " THEN excluded.payment_id ELSE customer_movement.payment_id END,"
    " amount = customer_movement.amount + excluded.amount,"
    " used = customer_movement.used + excluded.used;"
)


def _raised(row: str) -> str:
    return f"CASE WHEN {row}.amount > 0 THEN {row}.amount ELSE 0 END"


def _lowered(row: str) -> str:
    return f"CASE WHEN {row}.amount < 0 THEN -{row}.amount ELSE 0 END"


def _counted(row: str) -> str:
    return f"CASE WHEN {row}.amount <> 0 OR {row}.used <> 0 THEN 1 ELSE 0 END"


def _added(dialect: str, *, less: bool) -> str:
    """Add what the movement NEW comes to to its month, ``less`` what OLD did."""
    sums = ", ".join(
        f"{each('NEW')} - {each('OLD')}" if less else each("NEW")
        for each in (_raised, _lowered, _counted)
    )
    return (
        "INSERT INTO customer_month (company_id, customer_id, currency, month, raised, lowered,"
        " movements) VALUES (NEW.company_id, NEW.customer_id, NEW.currency,"
        f" {_MONTH[dialect].format('NEW.at')}, {sums})"
        " ON CONFLICT (company_id, customer_id, currency, month) DO UPDATE SET"
        " raised = customer_month.raised + excluded.raised,"
        " lowered = customer_month.lowered + excluded.lowered,"
        " movements = customer_month.movements + excluded.movements;"
    )


def _triggers(dialect: str) -> tuple[Trigger, ...]:
    return (
        Trigger(
            "customer_movement_posted", "ledger_entry", "INSERT", _IS_MOVED.format("NEW"), _MOVED
        ),
        Trigger(
            "customer_month_begun",
            "customer_movement",
            "INSERT",
            "NEW.amount <> 0 OR NEW.used <> 0",
            _added(dialect, less=False),
        ),
        Trigger(
            "customer_month_changed",
            "customer_movement",
            "UPDATE OF amount, used",
            "NEW.amount <> OLD.amount OR NEW.used <> OLD.used",
            _added(dialect, less=True),
        ),
    )


def keep_movements(connection: Connection) -> None:
    """Put the triggers in place, anew where they are."""
    put_in_place(connection, _triggers(connection.dialect.name))


def let_go_of_movements(connection: Connection) -> None:
    """Take the triggers away on SQLite, for as long as its tables are changed."""
    take_away(connection, _triggers(connection.dialect.name))


def fill_movements(connection: Connection) -> None:
    """Write both tables from the ledger, where they are empty and the triggers were away."""
    key = "company_id, customer_id, currency, at, source, family"
    connection.exec_driver_sql(
        f"INSERT INTO customer_movement ({key}, id, payment_id, amount, used)"
        f" SELECT {key}, min(id), min(payment_id), sum(amount), sum(used) FROM (SELECT company_id,"
        f" customer_id, currency, occurred_at AS at, source, {_FAMILY.format('e')} AS family, id,"
        f" payment_id, {_SIGNED.format('e')} AS amount, {_USED.format('e')} AS used"
        f" FROM ledger_entry AS e WHERE {_IS_MOVED.format('e')}) AS entries GROUP BY {key}"
    )
    month = "company_id, customer_id, currency, month"
    connection.exec_driver_sql(
        f"INSERT INTO customer_month ({month}, raised, lowered, movements)"
        f" SELECT {month}, sum({_raised('m')}), sum({_lowered('m')}), count(*) FROM (SELECT *,"
        f" {_MONTH[connection.dialect.name].format('at')} AS month FROM customer_movement"
        f" WHERE amount <> 0 OR used <> 0) AS m GROUP BY {month}"
    )


@event.listens_for(SQLModel.metadata, "after_create")
def _with_its_triggers(_metadata: object, connection: Connection, **_: object) -> None:
    keep_movements(connection)
