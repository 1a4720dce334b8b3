"""money that goes back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ACCOUNTS = (
    "receivable sales sales_credited tax stripe stripe_fee platform_fee dispute_fee "
    "customer_credit on_hand bank elsewhere"
)
_KINDS = (
    "sale tax void credit_note payment overpayment stripe_fee platform_fee refund refund_returned "
    "platform_fee_returned credit_note_undone dispute dispute_returned dispute_fee "
    "payment_reversed credit_applied payout payout_returned elsewhere"
)
_BROUGHT_BY = "webhook return sweep staff"
_BY_STRIPE_OR_BY_HAND = (
    "(payment_intent_id IS NULL) = (taken_by IS NOT NULL)"
    " AND (payment_intent_id IS NULL) = (stripe_account_id IS NULL)"
    " AND (payment_intent_id IS NULL) = (attempt_id IS NULL)"
)


def _one_of(column: str, values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values.split())})"


def upgrade() -> None:
    op.create_table(
        "balance_transaction",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("platform_fee", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.String(255), nullable=True),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("payout_id", sa.String(255), nullable=True),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    with op.batch_alter_table("balance_transaction", schema=None) as batch_op:
        batch_op.create_index(
            "balance_transaction_currency", ["company_id", "currency", "net"], unique=False
        )
        batch_op.create_index(
            "balance_transaction_newest", ["company_id", "created_at"], unique=False
        )
        batch_op.create_index(
            "balance_transaction_payout", ["company_id", "payout_id"], unique=False
        )
        batch_op.create_index(
            "balance_transaction_source", ["company_id", "source_id"], unique=False
        )

    op.create_table(
        "payout",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("failure_message", sa.String(500), nullable=False),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.create_index("payout_newest", ["company_id", "created_at"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("payment_id", sa.String(32), nullable=False),
        sa.Column("stripe_dispute_id", sa.String(255), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("evidence_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "brought_by",
            sa.Enum(
                "webhook",
                "return",
                "sweep",
                "staff",
                name="dispute_brought_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name="dispute_positive"),
        sa.ForeignKeyConstraint(
            ["company_id", "payment_id"],
            ["payment.company_id", "payment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.UniqueConstraint("company_id", "stripe_dispute_id", name="dispute_stripe"),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index("dispute_newest", ["company_id", "opened_at"], unique=False)
        batch_op.create_index("dispute_payment", ["company_id", "payment_id"], unique=False)

    op.create_table(
        "refund",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("payment_id", sa.String(32), nullable=False),
        sa.Column("stripe_refund_id", sa.String(255), nullable=True),
        sa.Column("press_id", sa.String(32), nullable=True),
        sa.Column("invoice_id", sa.String(32), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("still_owed", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "refused",
                "pending",
                "succeeded",
                "failed",
                "canceled",
                name="refund_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("failure_reason", sa.String(500), nullable=False),
        sa.Column("platform_fee", sa.BigInteger(), nullable=True),
        sa.Column("balance_transaction_id", sa.String(255), nullable=True),
        sa.Column("asked_by", sa.String(32), nullable=True),
        sa.Column("unanswered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "brought_by",
            sa.Enum(
                "webhook",
                "return",
                "sweep",
                "staff",
                name="refund_brought_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name="refund_positive"),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"],
            ["invoice.company_id", "invoice.id"],
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "payment_id"],
            ["payment.company_id", "payment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.UniqueConstraint("company_id", "press_id", name="refund_press"),
        sa.UniqueConstraint("company_id", "stripe_refund_id", name="refund_stripe"),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index("refund_newest", ["company_id", "happened_at"], unique=False)
        batch_op.create_index("refund_payment", ["company_id", "payment_id"], unique=False)

    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("credit_note_prefix", sa.String(12), nullable=False, server_default="CN-")
        )
        batch_op.add_column(
            sa.Column("next_credit_note_number", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(
            sa.Column("partial_payments", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refund_id", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("partial_payments", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("deposit", sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint("invoice_deposit", "deposit > 0 AND deposit <= total")

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_by", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("note", sa.String(200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("press_id", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reversed_by", sa.String(32), nullable=True))
        batch_op.alter_column("attempt_id", existing_type=sa.VARCHAR(length=32), nullable=True)
        batch_op.alter_column(
            "stripe_account_id", existing_type=sa.VARCHAR(length=64), nullable=True
        )
        batch_op.alter_column(
            "payment_intent_id", existing_type=sa.VARCHAR(length=255), nullable=True
        )
        batch_op.create_unique_constraint("payment_press", ["company_id", "press_id"])
        batch_op.create_check_constraint("payment_by_stripe_or_by_hand", _BY_STRIPE_OR_BY_HAND)
        batch_op.drop_constraint("brought_by", type_="check")
        batch_op.create_check_constraint("brought_by", _one_of("brought_by", _BROUGHT_BY))

    with op.batch_alter_table("ledger_entry") as batch_op:
        batch_op.add_column(sa.Column("payment_id", sa.String(32), nullable=True))
        batch_op.create_index("ledger_entry_payment", ["company_id", "payment_id"])
        batch_op.create_foreign_key(
            "ledger_entry_payment_of", "payment", ["company_id", "payment_id"], ["company_id", "id"]
        )
        for name, column, values in (
            ("ledger_debit", "debit", _ACCOUNTS),
            ("ledger_credit", "credit", _ACCOUNTS),
            ("ledger_kind", "kind", _KINDS),
        ):
            batch_op.drop_constraint(name, type_="check")
            batch_op.create_check_constraint(name, _one_of(column, values))

    # Until now the payment was known by the Stripe object that its entries come from.
    op.execute(
        "UPDATE ledger_entry SET payment_id = (SELECT payment.id FROM payment"
        " WHERE payment.company_id = ledger_entry.company_id"
        " AND payment.payment_intent_id = ledger_entry.source)"
        " WHERE kind IN ('payment', 'overpayment', 'stripe_fee', 'platform_fee')"
    )


def downgrade() -> None:
    raise NotImplementedError("what was posted with the new kinds could not be kept")
