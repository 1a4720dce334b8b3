"""Letters sent, addresses that bounced, and the words a company changed."""

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in step by step until it is published."""


def downgrade() -> None:
    """The reverse."""
