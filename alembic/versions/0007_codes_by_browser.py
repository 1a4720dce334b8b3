"""The link that a browser asked for is found by that browser, where its code is typed."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("login_link_browser", "login_link", ["browser_hash"])


def downgrade() -> None:
    op.drop_index("login_link_browser", "login_link")
