"""Documents as they were issued, kept with their hash."""

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in step by step until it is published."""


def downgrade() -> None:
    """The reverse."""
