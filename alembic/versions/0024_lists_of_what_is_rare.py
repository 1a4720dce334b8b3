"""Indexes of void and of late invoices in every order, and of amounts that failed or went back."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_VOIDED = sa.text("(voided)")
_TO_PAY = sa.text("(due > 0 AND NOT voided)")
_ORDERS = {"due_date": "due_date", "amount": "total", "customer": "customer_name"}
_TO_PAY_ORDERS = {"newest": "issue_date", **_ORDERS}


def upgrade() -> None:
    for name, column in _ORDERS.items():
        op.create_index(
            f"invoice_due_void_by_{name}",
            "invoice_due",
            ["company_id", column, "invoice_id"],
            sqlite_where=_VOIDED,
            postgresql_where=_VOIDED,
        )
    _to_pay({"due_date": ["due", "voided"]}, ["due_date", "due", "voided"])
    op.create_index(
        "failed_payment_amount", "failed_payment", ["company_id", "amount", "failed_at", "id"]
    )
    op.create_index("refund_amount", "refund", ["company_id", "amount", "happened_at", "id"])


def downgrade() -> None:
    op.drop_index("refund_amount", "refund")
    op.drop_index("failed_payment_amount", "failed_payment")
    for name in _ORDERS:
        op.drop_index(f"invoice_due_void_by_{name}", "invoice_due")
    _to_pay({}, [])


def _to_pay(covered: dict[str, list[str]], others: list[str]) -> None:
    """What is to be paid, in every order, each with what it is chosen by."""
    for name, column in _TO_PAY_ORDERS.items():
        index = f"invoice_due_to_pay_by_{name}"
        op.drop_index(index, "invoice_due")
        op.create_index(
            index,
            "invoice_due",
            ["company_id", column, "invoice_id", *covered.get(name, others)],
            sqlite_where=_TO_PAY,
            postgresql_where=_TO_PAY,
        )
