"""Documents as they were issued, kept with their hash."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KIND = sa.Enum(
    *("invoice", "credit_note", "receipt", "refund"),
    name="paper_kind",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    # Their triggers are put in place after every migration: see domain/paper.py.
    op.create_table(
        "paper_content",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("company_id", "sha256"),
    )
    op.create_table(
        "paper",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("kind", _KIND, nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("facts_sha256", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("missing", sa.String(200), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.ForeignKeyConstraint(
            ["company_id", "sha256"], ["paper_content.company_id", "paper_content.sha256"]
        ),
        sa.PrimaryKeyConstraint("company_id", "kind", "subject_id", "version"),
    )


def downgrade() -> None:
    raise NotImplementedError("what was issued is not deleted")
