"""The few payments by hand that were reversed are found by when that was."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REVERSED = sa.text("reversed_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "payment_reversed",
        "payment",
        ["company_id", "reversed_at"],
        sqlite_where=_REVERSED,
        postgresql_where=_REVERSED,
    )


def downgrade() -> None:
    op.drop_index("payment_reversed", "payment")
