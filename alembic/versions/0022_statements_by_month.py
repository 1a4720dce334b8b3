"""Statements of any length: a customer's movements as rows, and their sums by month."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OF_CUSTOMER = sa.text(
    "(debit IN ('receivable', 'customer_credit') OR credit IN ('receivable', 'customer_credit'))"
)
_KEY = "company_id, customer_id, currency, at, source, family"
_MONTH = "company_id, customer_id, currency, month"
_MONTHS = {
    "sqlite": "substr(at, 1, 7) || '-01 00:00:00.000000'",
    "postgresql": "date_trunc('month', at, 'UTC')",
}


def _whose() -> list[sa.Column]:
    return [
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
    ]


def _of_customer() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", "customer_id"], ["customer.company_id", "customer.id"]
    )


def upgrade() -> None:
    # Their triggers are put in place after every migration: see domain/customer_movement.py.
    op.create_table(
        "customer_movement",
        *_whose(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("family", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("payment_id", sa.String(32), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        _of_customer(),
        sa.PrimaryKeyConstraint(*_KEY.split(", ")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "customer_month",
        *_whose(),
        sa.Column("month", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised", sa.BigInteger(), nullable=False),
        sa.Column("lowered", sa.BigInteger(), nullable=False),
        sa.Column("movements", sa.BigInteger(), nullable=False),
        _of_customer(),
        sa.PrimaryKeyConstraint(*_MONTH.split(", ")),
        sqlite_with_rowid=False,
    )
    _fill()
    # What was owed at any time was added up over it.
    op.drop_index("ledger_entry_customer", "ledger_entry")


def _fill() -> None:
    op.execute(
        f"INSERT INTO customer_movement ({_KEY}, id, payment_id, amount, used)"
        f" SELECT {_KEY}, min(id), min(payment_id), sum(amount), sum(used) FROM ("
        " SELECT company_id, customer_id, currency, occurred_at AS at, source, CASE"
        " WHEN kind IN ('sale', 'tax') THEN 'invoice'"
        " WHEN kind IN ('payment', 'overpayment') THEN 'payment'"
        " WHEN kind IN ('dispute', 'dispute_returned') THEN 'dispute' ELSE kind END AS family,"
        " id, payment_id,"
        " CASE WHEN debit IN ('receivable', 'customer_credit') THEN amount ELSE 0 END"
        " - CASE WHEN credit IN ('receivable', 'customer_credit') THEN amount ELSE 0 END AS amount,"
        " CASE kind WHEN 'credit_applied' THEN amount WHEN 'credit_returned' THEN -amount"
        " ELSE 0 END AS used FROM ledger_entry WHERE customer_id IS NOT NULL AND"
        " (debit IN ('receivable', 'customer_credit') OR credit IN"
        f" ('receivable', 'customer_credit'))) AS entries GROUP BY {_KEY}"
    )
    month = _MONTHS[op.get_context().dialect.name]
    op.execute(
        f"INSERT INTO customer_month ({_MONTH}, raised, lowered, movements)"
        f" SELECT {_MONTH}, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END),"
        " sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END), count(*) FROM ("
        f"SELECT company_id, customer_id, currency, {month} AS month, amount FROM customer_movement"
        f" WHERE amount <> 0 OR used <> 0) AS moved GROUP BY {_MONTH}"
    )


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table in (
        ("customer_movement_posted", "ledger_entry"),
        ("customer_month_begun", "customer_movement"),
        ("customer_month_changed", "customer_movement"),
    ):
        op.execute(f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if on_postgresql else ''}")
        if on_postgresql:
            op.execute(f"DROP FUNCTION IF EXISTS {name}()")
    op.drop_table("customer_month")
    op.drop_table("customer_movement")
    op.create_index(
        "ledger_entry_customer",
        "ledger_entry",
        ["company_id", "customer_id", "occurred_at", "currency", "debit", "credit", "amount"],
        sqlite_where=_OF_CUSTOMER,
        postgresql_where=_OF_CUSTOMER,
    )
