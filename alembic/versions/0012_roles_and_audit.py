"""Who did what: a log that cannot be edited, and the team's invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _purposes(*names: str) -> sa.Enum:
    return sa.Enum(
        *names, name="link_purpose", native_enum=False, create_constraint=True, length=32
    )


_BEFORE = _purposes("invoice", "requested", "welcome", "operator")
_SINCE = _purposes("invoice", "requested", "welcome", "operator", "team")

_INDEXES = {
    "audit_entry_time": ["company_id", "at", "id"],
    "audit_entry_person": ["company_id", "staff_id", "at", "id"],
    "audit_entry_deed": ["company_id", "deed", "at", "id"],
    "audit_entry_about": ["company_id", "about", "about_id", "at", "id"],
}


def upgrade() -> None:
    # Its triggers are put in place after every migration: see domain/audit_entry.py.
    op.create_table(
        "audit_entry",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("deed", sa.String(32), nullable=False),
        sa.Column("about", sa.String(32), nullable=False),
        sa.Column("about_id", sa.String(255), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "audit_entry", columns)
    for column in ("invited_at", "joined_at", "seen_at"):
        op.add_column("staff", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_index("session_staff", "session", ["company_id", "staff_id"])
    with op.batch_alter_table("login_link") as link:
        link.alter_column("purpose", existing_type=_BEFORE, type_=_SINCE, existing_nullable=False)


def downgrade() -> None:
    raise NotImplementedError("what was written down is not deleted")
