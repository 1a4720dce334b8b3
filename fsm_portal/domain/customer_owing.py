"""What each customer owes, as an index: kept by the database itself, never by us.

It is the sum of what is due on their open invoices, by currency. To find who owes most among ten
thousand all that is open would be added up. So triggers on ``invoice_due`` keep a row here for
every customer (decision 0027). Nobody else writes here; the proof holds every row against the
ledger.
"""

from sqlalchemy import Connection, ForeignKeyConstraint, Index, event, text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.columns import minor_units
from fsm_portal.domain.triggers import Trigger, put_in_place, take_away

# As text, word for word in the index and in what asks: SQLite compares them so.
OWES = text("(owed > 0)")


class CustomerOwing(SQLModel, table=True):
    """``owed`` is what is due on all their open invoices, minor units; 0 once all is paid."""

    __tablename__ = "customer_owing"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        Index(
            "customer_owing_most",
            *("company_id", "currency", "owed", "customer_id"),
            sqlite_where=OWES,
            postgresql_where=OWES,
        ),
        {"sqlite_with_rowid": False},
    )

    company_id: str = Field(primary_key=True, max_length=32)
    customer_id: str = Field(primary_key=True, max_length=32)
    currency: str = Field(primary_key=True, max_length=3)
    owed: int = Field(sa_column=minor_units())


def _open(row: str) -> str:
    return f"CASE WHEN {row}.due > 0 AND NOT {row}.voided THEN {row}.due ELSE 0 END"


def _add(row: str, amount: str) -> str:
    return (
        "INSERT INTO customer_owing (company_id, customer_id, currency, owed)"
        f" VALUES ({row}.company_id, {row}.customer_id, {row}.currency, {amount})"
        " ON CONFLICT (company_id, customer_id, currency) DO UPDATE SET"
        " owed = customer_owing.owed + excluded.owed;"
    )


_IS_THEIRS = "NEW.customer_id = OLD.customer_id AND NEW.currency = OLD.currency"
_changed = f"{_open('NEW')} - {_open('OLD')}"
# At the end, on PostgreSQL: two payments of one customer would else hold each an invoice, and wait
# for one another here.
_TRIGGERS = (
    Trigger(
        "customer_owing_begun",
        "invoice_due",
        "INSERT",
        f"{_open('NEW')} <> 0",
        _add("NEW", _open("NEW")),
        at_the_end=True,
    ),
    Trigger(
        "customer_owing_changed",
        "invoice_due",
        "UPDATE OF due, voided",
        f"{_IS_THEIRS} AND {_changed} <> 0",
        _add("NEW", _changed),
        at_the_end=True,
    ),
    Trigger(
        "customer_owing_moved",
        "invoice_due",
        "UPDATE OF customer_id, currency",
        f"NOT ({_IS_THEIRS})",
        _add("OLD", f"-({_open('OLD')})") + " " + _add("NEW", _open("NEW")),
        at_the_end=True,
    ),
    Trigger(
        "customer_owing_ended",
        "invoice_due",
        "DELETE",
        f"{_open('OLD')} <> 0",
        _add("OLD", f"-({_open('OLD')})"),
        at_the_end=True,
    ),
)


def keep_owing(connection: Connection) -> None:
    """Put the triggers in place, anew where they are."""
    put_in_place(connection, _TRIGGERS)


def let_go_of_owing(connection: Connection) -> None:
    """Take the triggers away on SQLite, for as long as its tables are changed."""
    take_away(connection, _TRIGGERS)


@event.listens_for(SQLModel.metadata, "after_create")
def _with_its_triggers(_metadata: object, connection: Connection, **_: object) -> None:
    keep_owing(connection)
