"""Long lists stay fast: what is due as an index, and indexes for the pages of a portal."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TO_PAY = sa.text("(due > 0 AND NOT voided)")
_SETTLED = sa.text("(due <= 0 OR voided)")
_IN_FLIGHT = sa.text(
    "(processing_at IS NOT NULL AND completed_at IS NULL"
    " AND failed_at IS NULL AND closed_at IS NULL)"
)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.create_table(
        "invoice_due",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("invoice_id", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "invoice_id"),
    )
    # Its triggers are put in place after every migration: see domain/invoice_due.py.
    op.execute(
        "INSERT INTO invoice_due (company_id, invoice_id, customer_id, currency, number,"
        " issue_date, due_date, voided, due)"
        " SELECT company_id, id, customer_id, currency, number, issue_date, due_date,"
        " voided_at IS NOT NULL, coalesce((SELECT sum(CASE WHEN debit = 'receivable' THEN amount"
        " ELSE -amount END) FROM ledger_entry WHERE ledger_entry.company_id = invoice.company_id"
        " AND ledger_entry.invoice_id = invoice.id AND 'receivable' IN (debit, credit)), 0)"
        " FROM invoice WHERE issued_at IS NOT NULL"
    )
    _partial(
        "invoice_due_urgent",
        "invoice_due",
        ["company_id", "customer_id", "due_date", "number", "currency", "due"],
        _TO_PAY,
    )
    newest = ["company_id", "customer_id", "issue_date", "number"]
    _partial("invoice_due_newest", "invoice_due", newest, _TO_PAY)
    _partial("invoice_due_settled", "invoice_due", [*newest, "voided"], _SETTLED)
    op.drop_index("invoice_customer", "invoice")
    op.create_index("invoice_customer", "invoice", newest)
    _partial("invoice_job", "invoice", ["company_id", "job_id"], sa.text("(job_id IS NOT NULL)"))
    _partial(
        "job_completed",
        "job",
        ["company_id", "customer_id", "starts_at"],
        sa.text("(completed_at IS NOT NULL)"),
    )
    _partial(
        "checkout_attempt_in_flight",
        "checkout_attempt",
        ["company_id", "customer_id"],
        _IN_FLIGHT,
    )


def downgrade() -> None:
    op.drop_index("checkout_attempt_in_flight", "checkout_attempt")
    op.drop_index("job_completed", "job")
    op.drop_index("invoice_job", "invoice")
    op.drop_index("invoice_customer", "invoice")
    op.create_index("invoice_customer", "invoice", ["company_id", "customer_id", "issue_date"])
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table in (
        ("invoice_due_posted", "ledger_entry"),
        ("invoice_due_begun", "invoice"),
        ("invoice_due_changed", "invoice"),
    ):
        op.execute(f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if on_postgresql else ''}")
        if on_postgresql:
            op.execute(f"DROP FUNCTION IF EXISTS {name}()")
    op.drop_table("invoice_due")
