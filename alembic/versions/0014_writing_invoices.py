"""What the invoice editor keeps: services, parts, discounts, who opened an invoice."""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
