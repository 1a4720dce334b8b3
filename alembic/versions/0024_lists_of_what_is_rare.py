"""Void invoices in every order, and amounts of refunds and refused payments, by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_VOIDED = sa.text("(voided)")
_ORDERS = {"due_date": "due_date", "amount": "total", "customer": "customer_name"}


def upgrade() -> None:
    for name, column in _ORDERS.items():
        op.create_index(
            f"invoice_due_void_by_{name}",
            "invoice_due",
            ["company_id", column, "invoice_id"],
            sqlite_where=_VOIDED,
            postgresql_where=_VOIDED,
        )
    op.create_index(
        "failed_payment_amount", "failed_payment", ["company_id", "amount", "failed_at", "id"]
    )
    op.create_index("refund_amount", "refund", ["company_id", "amount", "happened_at", "id"])


def downgrade() -> None:
    op.drop_index("refund_amount", "refund")
    op.drop_index("failed_payment_amount", "failed_payment")
    for name in _ORDERS:
        op.drop_index(f"invoice_due_void_by_{name}", "invoice_due")
