"""A company signs itself up, and keeps its settings."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXTS = (
    ("invitation", 2000),
    ("billing_portal_headline", 60),
    ("billing_portal_privacy_url", 500),
    ("billing_portal_terms_url", 500),
)
_MOMENTS = ("signed_up_at", "set_up_at")


def upgrade() -> None:
    for name, longest in _TEXTS:
        op.add_column(
            "company",
            sa.Column(name, sa.String(longest), nullable=False, server_default=""),
        )
    for name, is_on in (
        ("billing_portal_cards", sa.true()),
        ("billing_portal_invoices", sa.false()),
        ("stripe_by_consent", sa.false()),
    ):
        op.add_column(
            "company", sa.Column(name, sa.Boolean(), nullable=False, server_default=is_on)
        )
    for name in _MOMENTS:
        op.add_column("company", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # Whoever is at work already is not walked through what they have set up.
    op.execute("UPDATE company SET set_up_at = created_at")
    op.create_table(
        "setup_step",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("company_id", "step"),
    )


def downgrade() -> None:
    op.drop_table("setup_step")
    for name in (
        *_MOMENTS,
        "stripe_by_consent",
        "billing_portal_invoices",
        "billing_portal_cards",
        *(name for name, _ in _TEXTS),
    ):
        op.drop_column("company", name)
