"""What a customer has as credit is asked on every page of theirs: an index of those few entries."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OF_CREDIT = sa.text("(debit = 'customer_credit' OR credit = 'customer_credit')")


def upgrade() -> None:
    op.create_index(
        "ledger_entry_customer_credit",
        "ledger_entry",
        ["company_id", "customer_id"],
        sqlite_where=_OF_CREDIT,
        postgresql_where=_OF_CREDIT,
    )


def downgrade() -> None:
    op.drop_index("ledger_entry_customer_credit", "ledger_entry")
