"""What a customer's portal needs: codes beside links, invitations, a switch, a logo."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _purposes(*names: str) -> sa.Enum:
    return sa.Enum(
        *names, name="link_purpose", native_enum=False, create_constraint=True, length=32
    )


_BEFORE = _purposes("invoice", "requested", "operator")
_SINCE = _purposes("invoice", "requested", "welcome", "operator")


def upgrade() -> None:
    op.add_column(
        "company",
        sa.Column("portal_enabled", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column("company", sa.Column("billing_portal_id", sa.String(255), nullable=True))
    op.create_table(
        "company_logo",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("company_id"),
    )
    op.add_column("session", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("session_customer", "session", ["company_id", "customer_id"])
    op.add_column("customer", sa.Column("stripe_account_id", sa.String(64), nullable=True))
    with op.batch_alter_table("job") as job:
        job.drop_index("job_customer")
        job.create_index("job_customer", ["company_id", "customer_id", "starts_at"])
    with op.batch_alter_table("payment") as payment:
        payment.drop_index("payment_customer")
        payment.create_index("payment_customer", ["company_id", "customer_id", "received_at"])
    with op.batch_alter_table("login_link") as link:
        link.add_column(sa.Column("code_hash", sa.String(64), nullable=True))
        link.add_column(
            sa.Column("code_tries", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        link.alter_column("purpose", existing_type=_BEFORE, type_=_SINCE, existing_nullable=False)


def downgrade() -> None:
    # An invitation is, to the program as it was, a link that somebody asked for.
    op.execute("UPDATE login_link SET purpose = 'requested' WHERE purpose = 'welcome'")
    with op.batch_alter_table("login_link") as link:
        link.alter_column("purpose", existing_type=_SINCE, type_=_BEFORE, existing_nullable=False)
        link.drop_column("code_tries")
        link.drop_column("code_hash")
    with op.batch_alter_table("payment") as payment:
        payment.drop_index("payment_customer")
        payment.create_index("payment_customer", ["company_id", "customer_id"])
    with op.batch_alter_table("job") as job:
        job.drop_index("job_customer")
        job.create_index("job_customer", ["company_id", "customer_id"])
    op.drop_column("customer", "stripe_account_id")
    op.drop_index("session_customer", "session")
    op.drop_column("session", "seen_at")
    op.drop_table("company_logo")
    op.drop_column("company", "billing_portal_id")
    op.drop_column("company", "portal_enabled")
