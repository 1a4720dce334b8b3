"""A logo is asked for by the hash of its picture: found without reading all pictures."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("company_logo_sha256", "company_logo", ["sha256"])


def downgrade() -> None:
    op.drop_index("company_logo_sha256", "company_logo")
