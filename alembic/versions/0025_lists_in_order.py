"""What was refunded and what a customer owes, as sums; customers of a word in order of name."""

import re
import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_EXACT = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
_IN_ORDER = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
_REFUNDED = sa.text("(refunded > 0)")
_OF_REFUNDS = sa.text("(kind IN ('refund', 'refund_returned'))")
_OWES = sa.text("(owed > 0)")
_ORDERS = {
    "newest": "issue_date",
    "due_date": "due_date",
    "amount": "total",
    "customer": "customer_name",
}
_AT_ONCE = 2_000


def upgrade() -> None:
    _refunds()
    _owing()
    _words()
    _count()


def _count() -> None:
    """Tell the database how many rows there are behind each index, as it is told every night.

    Of a new one SQLite takes a company to have ten rows, whatever it knows of others: until the
    night it would go along that one through all of a company's, for each page of a list.
    """
    if op.get_context().dialect.name == "postgresql":
        for table in ("invoice_due", "customer_owing", "customer_word"):
            op.execute(f"ANALYZE {table}")
    elif sa.inspect(op.get_bind()).dialect.has_table(op.get_bind(), "sqlite_stat1"):
        op.execute("PRAGMA analysis_limit=1000")
        op.execute("ANALYZE")


def _refunds() -> None:
    op.add_column(
        "invoice_due", sa.Column("refunded", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE invoice_due SET refunded = coalesce((SELECT sum(CASE ledger_entry.kind"
        " WHEN 'refund' THEN ledger_entry.amount ELSE -ledger_entry.amount END) FROM ledger_entry"
        " WHERE ledger_entry.company_id = invoice_due.company_id"
        " AND ledger_entry.invoice_id = invoice_due.invoice_id"
        " AND ledger_entry.kind IN ('refund', 'refund_returned')), 0)"
        " WHERE (company_id, invoice_id) IN (SELECT company_id, invoice_id FROM ledger_entry"
        f" WHERE {_OF_REFUNDS.text})"
    )
    for name, column in _ORDERS.items():
        op.create_index(
            f"invoice_due_refunded_by_{name}",
            "invoice_due",
            ["company_id", column, "invoice_id"],
            sqlite_where=_REFUNDED,
            postgresql_where=_REFUNDED,
        )
    op.create_index(
        "invoice_due_of_amount",
        "invoice_due",
        ["company_id", "total", "issue_date", "invoice_id", "currency"],
    )
    # What went back was added up over it.
    op.drop_index("ledger_entry_refunds", "ledger_entry")


def _owing() -> None:
    # Its triggers are put in place after every migration: see domain/customer_owing.py.
    op.create_table(
        "customer_owing",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "customer_id"], ["customer.company_id", "customer.id"]
        ),
        sa.PrimaryKeyConstraint("company_id", "customer_id", "currency"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO customer_owing (company_id, customer_id, currency, owed)"
        " SELECT company_id, customer_id, currency, sum(due) FROM invoice_due"
        " WHERE (due > 0 AND NOT voided) GROUP BY company_id, customer_id, currency"
    )
    op.create_index(
        "customer_owing_most",
        "customer_owing",
        ["company_id", "currency", "owed", "customer_id"],
        sqlite_where=_OWES,
        postgresql_where=_OWES,
    )


def _words() -> None:
    op.drop_table("customer_word")
    words = _table_of_words(
        sa.Column("called", _IN_ORDER, nullable=False),
        sa.PrimaryKeyConstraint("company_id", "word", "called", "customer_id"),
    )
    _fill(words, in_order=True)


def _table_of_words(*others: sa.schema.SchemaItem) -> sa.Table:
    return op.create_table(
        "customer_word",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("word", _EXACT, nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        *others,
        sa.ForeignKeyConstraint(
            ["company_id", "customer_id"], ["customer.company_id", "customer.id"]
        ),
        sqlite_with_rowid=False,
    )


def _fill(words: sa.Table, *, in_order: bool) -> None:
    """As domain/customer_word.py did it when this was written."""
    if not op.get_context().as_sql:
        connection = op.get_bind()
        customers = connection.execute(
            sa.text("SELECT company_id, id, name, contact, email, phone FROM customer")
        )
        for some in customers.partitions(_AT_ONCE):
            rows = [row for each in some for row in _rows(each, in_order=in_order)]
            if rows:
                connection.execute(words.insert(), rows)
    op.create_index(
        "customer_word_customer", "customer_word", ["company_id", "customer_id", "word"]
    )


def _rows(customer: sa.Row, *, in_order: bool) -> Iterator[dict[str, str]]:
    row = {"company_id": customer.company_id, "customer_id": customer.id}
    if in_order:
        row["called"] = "  ".join(
            " ".join(_folded(text)) for text in (customer.name, customer.contact)
        )[:80]
        yield {**row, "word": ""}
    for word in sorted(_words_of(customer)):
        yield {**row, "word": word}


def _words_of(customer: sa.Row) -> set[str]:
    digits = "".join(letter for letter in customer.phone or "" if letter.isdigit())
    found = [digits[:40]] if digits else []
    for text in (customer.name, customer.contact, customer.email, customer.phone):
        found += _folded(text)
    return set(found[:60])


def _folded(text: str | None) -> list[str]:
    parts = unicodedata.normalize("NFKD", (text or "").casefold())
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return [word[:40] for word in re.findall(r"[^\W_]+", plain)]


def downgrade() -> None:
    op.drop_table("customer_word")
    words = _table_of_words(sa.PrimaryKeyConstraint("company_id", "word", "customer_id"))
    _fill(words, in_order=False)
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table in (
        *(
            (f"customer_owing_{what}", "invoice_due")
            for what in ("begun", "changed", "moved", "ended")
        ),
        ("invoice_due_refunded", "ledger_entry"),
    ):
        op.execute(f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if on_postgresql else ''}")
        if on_postgresql:
            op.execute(f"DROP FUNCTION IF EXISTS {name}()")
    op.drop_table("customer_owing")
    op.create_index(
        "ledger_entry_refunds",
        "ledger_entry",
        ["company_id", "invoice_id", "kind", "amount"],
        sqlite_where=_OF_REFUNDS,
        postgresql_where=_OF_REFUNDS,
    )
    op.drop_index("invoice_due_of_amount", "invoice_due")
    for name in _ORDERS:
        op.drop_index(f"invoice_due_refunded_by_{name}", "invoice_due")
    op.drop_column("invoice_due", "refunded")
