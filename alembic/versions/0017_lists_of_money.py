"""Indexes of the overview and of the payments' list, and what an import from a page keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Each list by its day, then its id: from a row on, without putting anything in order.
_NEWEST = {
    "payment": ["company_id", "received_at", "id"],
    "failed_payment": ["company_id", "failed_at", "id"],
    "refund": ["company_id", "happened_at", "id"],
    "dispute": ["company_id", "opened_at", "id"],
}
_BEFORE = {
    "payment": "received_at",
    "failed_payment": "failed_at",
    "refund": "happened_at",
    "dispute": "opened_at",
}
_SEARCHED = (
    ("payment_amount", "payment", ["company_id", "amount", "received_at", "id"]),
    ("failed_payment_intent", "failed_payment", ["company_id", "payment_intent_id"]),
)
_PARTIAL = (
    (
        "invoice_due_ages",
        "invoice_due",
        ["company_id", "currency", "due_date", "due", "voided"],
        "(due > 0 AND NOT voided)",
    ),
    (
        "payment_by_hand",
        "payment",
        ["company_id", "received_at", "id"],
        "(taken_by IS NOT NULL)",
    ),
    (
        "ledger_entry_overpaid",
        "ledger_entry",
        ["company_id", "occurred_at"],
        "(kind = 'overpayment')",
    ),
    (
        "ledger_entry_received",
        "ledger_entry",
        [
            "company_id",
            "occurred_at",
            "source",
            "currency",
            "amount",
            "payment_id",
            "kind",
            "debit",
        ],
        "(kind IN ('payment', 'overpayment') AND debit IN ('stripe', 'on_hand'))",
    ),
    (
        "invoice_open_by_people",
        "invoice_open",
        ["company_id", "first_at"],
        "(how <> 'fetched')",
    ),
    (
        "outbox_given_up",
        "outbox",
        ["company_id", "settled_at"],
        "(dead_reason IS NOT NULL)",
    ),
)


def _key(name: str, length: int = 32) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=False)


def upgrade() -> None:
    for table, columns in _NEWEST.items():
        op.drop_index(f"{table}_newest", table)
        op.create_index(f"{table}_newest", table, columns)
    for name, table, columns in _SEARCHED:
        op.create_index(name, table, columns)
    for name, table, columns, where in _PARTIAL:
        clause = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=clause, postgresql_where=clause)
    # Without it, SQLite takes a new index for better than those that it has counted.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA analysis_limit=1000")
    op.execute("ANALYZE")
    op.create_table(
        "import_run",
        _key("company_id"),
        _key("id"),
        _key("staff_id"),
        _key("kind", 16),
        _key("file_name", 120),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("settings", sa.Text(), nullable=False),
        _key("state", 16),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("refused", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )


def downgrade() -> None:
    op.drop_table("import_run")
    for name, table, *_ in (*_PARTIAL, *_SEARCHED):
        op.drop_index(name, table)
    for table, column in _BEFORE.items():
        op.drop_index(f"{table}_newest", table)
        op.create_index(f"{table}_newest", table, ["company_id", column])
