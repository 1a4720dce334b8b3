"""A statement adds up what a customer owed at any time: an index of the entries that say it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OF_CUSTOMER = sa.text(
    "(debit IN ('receivable', 'customer_credit') OR credit IN ('receivable', 'customer_credit'))"
)


def upgrade() -> None:
    op.create_index(
        "ledger_entry_customer",
        "ledger_entry",
        ["company_id", "customer_id", "occurred_at", "currency", "debit", "credit", "amount"],
        sqlite_where=_OF_CUSTOMER,
        postgresql_where=_OF_CUSTOMER,
    )


def downgrade() -> None:
    op.drop_index("ledger_entry_customer", "ledger_entry")
