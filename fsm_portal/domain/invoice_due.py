"""What is due on each issued invoice, as an index: kept by the database itself, never by us.

What is due is a sum over the ledger, and no database indexes a sum. Without one, to find the three
open invoices of a customer among 10,000 all of them have to be added up (decision 0012). So
triggers on ``invoice`` and ``ledger_entry`` keep a row here for every issued invoice, in the same
transaction as whatever changed it. Nobody else writes here; what a status needs beyond "is it
open" is still asked of the ledger, and the proof holds each row against it.
"""

from datetime import date

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    String,
    TextClause,
    event,
    text,
)
from sqlmodel import Field, SQLModel

from fsm_portal.domain.columns import minor_units
from fsm_portal.domain.triggers import Trigger, put_in_place, take_away

# As text, word for word in the index and in what asks: SQLite compares them so.
TO_PAY = text("(due > 0 AND NOT voided)")
SETTLED = text("(due <= 0 OR voided)")
PAID = text("(due <= 0 AND NOT voided)")
VOIDED = text("(voided)")
REFUNDED = text("(refunded > 0)")

# A name is sorted by its first letters, in small ones where the database knows how.
_NAME = 80
# What the staff's lists are sorted by; twins stand by their id, the same on every engine.
_SORTED = {
    "newest": "issue_date",
    "due_date": "due_date",
    "amount": "total",
    "customer": "customer_name",
}


def _of_the_company(
    name: str, column: str, where: TextClause | None = None, covered: tuple[str, ...] = ()
) -> Index:
    columns = ("company_id", column, "invoice_id", *covered)
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class InvoiceDue(SQLModel, table=True):
    """``due`` is debits less credits of the receivable, minor units; ``refunded`` what went back in
    refunds less what of that came again. The rest is the invoice's."""

    __tablename__ = "invoice_due"
    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], ondelete="CASCADE"
        ),
        # Holds all that "you owe" adds up, the most urgent first.
        Index(
            "invoice_due_urgent",
            *("company_id", "customer_id", "due_date", "number", "currency", "due"),
            sqlite_where=TO_PAY,
            postgresql_where=TO_PAY,
        ),
        Index(
            "invoice_due_newest",
            *("company_id", "customer_id", "issue_date", "number"),
            sqlite_where=TO_PAY,
            postgresql_where=TO_PAY,
        ),
        Index(
            "invoice_due_settled",
            *("company_id", "customer_id", "issue_date", "number", "voided"),
            sqlite_where=SETTLED,
            postgresql_where=SETTLED,
        ),
        # Covers what is owed by how late it is.
        Index(
            "invoice_due_ages",
            *("company_id", "currency", "due_date", "due", "voided"),
            sqlite_where=TO_PAY,
            postgresql_where=TO_PAY,
        ),
        # Covers how much one customer owes.
        Index(
            "invoice_due_owing",
            *("company_id", "customer_id", "currency", "due", "voided"),
            sqlite_where=TO_PAY,
            postgresql_where=TO_PAY,
        ),
        *(_of_the_company(f"invoice_due_by_{by}", column) for by, column in _SORTED.items()),
        # What is late is found among them without a look at the table.
        *(
            _of_the_company(
                f"invoice_due_to_pay_by_{by}",
                column,
                TO_PAY,
                ("due", "voided") if by == "due_date" else ("due_date", "due", "voided"),
            )
            for by, column in _SORTED.items()
        ),
        _of_the_company("invoice_due_paid_by_newest", "issue_date", PAID),
        *(
            _of_the_company(f"invoice_due_{name}_by_{by}", column, where)
            for name, where in (("void", VOIDED), ("refunded", REFUNDED))
            for by, column in _SORTED.items()
        ),
        # Those of one amount, the newest first: that of a plan is on many invoices.
        Index(
            "invoice_due_of_amount",
            *("company_id", "total", "issue_date", "invoice_id", "currency"),
        ),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    invoice_id: str = Field(primary_key=True, max_length=32)
    customer_id: str = Field(max_length=32)
    currency: str = Field(max_length=3)
    number: str = Field(max_length=32)
    issue_date: date
    due_date: date
    due: int = Field(sa_column=minor_units())
    # No invoice begins with any: the ledger raises it.
    refunded: int = Field(default=0, sa_column=minor_units(in_database="0"))
    voided: bool
    total: int = Field(sa_column=minor_units())
    # Compared byte by byte on both engines: what is read from it is put in order in Python too.
    customer_name: str = Field(
        sa_column=Column(
            String(_NAME).with_variant(String(_NAME, collation="C"), "postgresql"), nullable=False
        )
    )


_COPIED = ("customer_id", "currency", "number", "issue_date", "due_date", "total")
_CALLED = f"(SELECT substr(lower(name), 1, {_NAME}) FROM customer WHERE {{0}})"
_OWED = "CASE WHEN {0}.debit = 'receivable' THEN {0}.amount ELSE -{0}.amount END"
_IS_RECEIVABLE = "'receivable' IN ({0}.debit, {0}.credit)"
_THIS = "company_id = NEW.company_id AND invoice_id = NEW.{0}"

_POST = (
    f"UPDATE invoice_due SET due = due + {_OWED.format('NEW')} WHERE {_THIS.format('invoice_id')};"
)
# By itself: of the indexes that a payment has to keep, it has no part in any.
_GIVE_BACK = (
    "UPDATE invoice_due SET refunded = refunded"
    " + CASE NEW.kind WHEN 'refund' THEN NEW.amount ELSE -NEW.amount END"
    f" WHERE {_THIS.format('invoice_id')};"
)
_FOLLOW = (
    f"UPDATE invoice_due SET {', '.join(f'{name} = NEW.{name}' for name in _COPIED)},"
    f" customer_name = {_CALLED.format('company_id = NEW.company_id AND id = NEW.customer_id')},"
    f" voided = (NEW.voided_at IS NOT NULL) WHERE {_THIS.format('id')};"
)
_RENAME = (
    f"UPDATE invoice_due SET customer_name = substr(lower(NEW.name), 1, {_NAME})"
    " WHERE company_id = NEW.company_id AND invoice_id IN (SELECT id FROM invoice"
    " WHERE company_id = NEW.company_id AND customer_id = NEW.id);"
)
_columns = ("company_id", "invoice_id", *_COPIED, "customer_name", "voided", "due")


def _rows_of(invoice: str) -> str:
    """What stands here of ``invoice``, a row of that table under whatever name."""
    copied = ", ".join(f"{invoice}.{name}" for name in ("company_id", "id", *_COPIED))
    theirs = f"customer.company_id = {invoice}.company_id AND customer.id = {invoice}.customer_id"
    return (
        f"{copied}, {_CALLED.format(theirs)}, ({invoice}.voided_at IS NOT NULL), coalesce((SELECT"
        f" sum({_OWED.format('ledger_entry')}) FROM ledger_entry"
        f" WHERE ledger_entry.company_id = {invoice}.company_id"
        f" AND ledger_entry.invoice_id = {invoice}.id"
        f" AND {_IS_RECEIVABLE.format('ledger_entry')}), 0)"
    )


_BEGIN = (
    f"INSERT INTO invoice_due ({', '.join(_columns)}) SELECT {_rows_of('NEW')}"
    f" WHERE NOT EXISTS (SELECT 1 FROM invoice_due WHERE {_THIS.format('id')});"
)
_watched = ", ".join((*_COPIED, "issued_at", "voided_at"))
_OF_REFUNDS = Trigger(
    "invoice_due_refunded",
    "ledger_entry",
    "INSERT",
    "NEW.invoice_id IS NOT NULL AND NEW.kind IN ('refund', 'refund_returned')",
    _GIVE_BACK,
)
_TRIGGERS = (
    Trigger(
        "invoice_due_posted",
        "ledger_entry",
        "INSERT",
        f"NEW.invoice_id IS NOT NULL AND {_IS_RECEIVABLE.format('NEW')}",
        _POST,
    ),
    Trigger("invoice_due_begun", "invoice", "INSERT", "NEW.issued_at IS NOT NULL", _BEGIN),
    Trigger(
        "invoice_due_changed",
        "invoice",
        f"UPDATE OF {_watched}",
        "NEW.issued_at IS NOT NULL",
        f"{_FOLLOW} {_BEGIN}",
    ),
    Trigger("invoice_due_renamed", "customer", "UPDATE OF name", "NEW.name <> OLD.name", _RENAME),
)


def keep_due(connection: Connection, *, refunds: bool = True) -> None:
    """Put the triggers in place, anew where they are. ``refunds``: the table has that column, which
    it had not always."""
    put_in_place(connection, (*_TRIGGERS, _OF_REFUNDS) if refunds else _TRIGGERS)


def let_go_of_due(connection: Connection) -> None:
    """Take the triggers away on SQLite, for as long as its tables are changed."""
    take_away(connection, (*_TRIGGERS, _OF_REFUNDS))


@event.listens_for(SQLModel.metadata, "after_create")
def _with_its_triggers(_metadata: object, connection: Connection, **_: object) -> None:
    keep_due(connection)
