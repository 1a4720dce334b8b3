"""Notes on customers, customers by name and by Stripe's id; jobs with whoever does them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN = sa.text("(completed_at IS NULL AND cancelled_at IS NULL)")
_COMPLETED = sa.text("(completed_at IS NOT NULL)")
_TO_PAY = sa.text("(due > 0 AND NOT voided)")
_WORDS = sa.text(
    "lower(substr((((((name || '  ') || contact) || '  ') || coalesce(email, '')) || '  ')"
    " || phone, 1, 400))"
)
_OF_JOBS = (
    ("job_open", ["company_id", "starts_at", "id"], _OPEN),
    ("job_open_of", ["company_id", "technician_id", "starts_at", "id"], _OPEN),
    ("job_done", ["company_id", "completed_at", "id"], _COMPLETED),
)


def upgrade() -> None:
    op.create_table(
        "customer_note",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.ForeignKeyConstraint(
            ["company_id", "customer_id"], ["customer.company_id", "customer.id"]
        ),
        sa.ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    op.create_index("customer_note_customer", "customer_note", ["company_id", "customer_id", "id"])
    op.create_index("customer_words", "customer", ["company_id", _WORDS, "id"])
    op.create_index(
        "customer_stripe",
        "customer",
        ["company_id", "stripe_account_id", "stripe_customer_id"],
        unique=True,
    )
    op.create_index(
        "invoice_due_owing",
        "invoice_due",
        ["company_id", "customer_id", "currency", "due", "voided"],
        sqlite_where=_TO_PAY,
        postgresql_where=_TO_PAY,
    )
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("technician_id", sa.String(32), nullable=True))
        job.add_column(sa.Column("report", sa.String(2000), nullable=False, server_default=""))
        job.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        job.create_foreign_key(
            "job_technician", "staff", ["company_id", "technician_id"], ["company_id", "id"]
        )
    for name, columns, where in _OF_JOBS:
        op.create_index(name, "job", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("invoice_due_owing", "invoice_due")
    for name, _, _ in _OF_JOBS:
        op.drop_index(name, "job")
    with op.batch_alter_table("job") as job:
        job.drop_constraint("job_technician", type_="foreignkey")
        job.drop_column("cancelled_at")
        job.drop_column("report")
        job.drop_column("technician_id")
    op.drop_index("customer_stripe", "customer")
    op.drop_index("customer_words", "customer")
    op.drop_table("customer_note")
