"""Who put credit to an invoice, and a kind of entry that takes it off again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KINDS = (
    "sale tax void credit_note payment overpayment stripe_fee platform_fee refund refund_returned "
    "platform_fee_returned credit_note_undone dispute dispute_returned dispute_fee "
    "payment_reversed credit_applied credit_returned payout payout_returned elsewhere conversion"
)


def upgrade() -> None:
    op.create_table(
        "credit_use",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("invoice_id", sa.String(32), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("used_by", sa.String(32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(32), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name="credit_use_positive"),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name="credit_use_undone_by_somebody"
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.ForeignKeyConstraint(
            ["company_id", "customer_id"], ["customer.company_id", "customer.id"]
        ),
        sa.ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    op.create_index("credit_use_invoice", "credit_use", ["company_id", "invoice_id"])
    kinds = ", ".join(repr(kind) for kind in _KINDS.split())
    with op.batch_alter_table("ledger_entry") as batch_op:
        batch_op.drop_constraint("ledger_kind", type_="check")
        batch_op.create_check_constraint("ledger_kind", f"kind IN ({kinds})")


def downgrade() -> None:
    raise NotImplementedError("what was posted with the new kind could not be kept")
