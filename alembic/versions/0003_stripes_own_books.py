"""Stripe's own books: how far they are read, and money that changed its currency."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ACCOUNTS = (
    "receivable sales sales_credited tax stripe stripe_fee platform_fee dispute_fee "
    "customer_credit on_hand bank elsewhere exchange"
)
_KINDS = (
    "sale tax void credit_note payment overpayment stripe_fee platform_fee refund refund_returned "
    "platform_fee_returned credit_note_undone dispute dispute_returned dispute_fee "
    "payment_reversed credit_applied payout payout_returned elsewhere conversion"
)


def _one_of(column: str, values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values.split())})"


def upgrade() -> None:
    op.create_table(
        "stripe_sweep",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("events_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("balance_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("company_id", "account_id"),
    )
    op.create_table(
        "stripe_balance",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("company_id", "account_id", "currency"),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_currency", sa.String(3), nullable=True))
        batch_op.add_column(sa.Column("settled_amount", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("balance_transaction", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("unmatched", sa.String(200), nullable=False, server_default="")
        )
    with op.batch_alter_table("ledger_entry") as batch_op:
        for name, column, values in (
            ("ledger_debit", "debit", _ACCOUNTS),
            ("ledger_credit", "credit", _ACCOUNTS),
            ("ledger_kind", "kind", _KINDS),
        ):
            batch_op.drop_constraint(name, type_="check")
            batch_op.create_check_constraint(name, _one_of(column, values))


def downgrade() -> None:
    raise NotImplementedError("what was posted with the new kinds could not be kept")
