"""Reminders by a schedule, and notices to staff."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _purposes(*names: str) -> sa.Enum:
    return sa.Enum(
        *names, name="link_purpose", native_enum=False, create_constraint=True, length=32
    )


_BEFORE = _purposes("invoice", "requested", "welcome", "operator", "team")
_SINCE = _purposes("invoice", "requested", "welcome", "operator", "team", "reminder")


def _key(name: str, length: int = 32, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id", column], [f"{table}.company_id", f"{table}.id"])


def upgrade() -> None:
    # Whoever is at work already is asked first: nobody's customers get letters by an update.
    op.add_column(
        "company",
        sa.Column("reminders_on", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "company", sa.Column("reminder_hour", sa.Integer(), nullable=False, server_default="9")
    )
    op.add_column(
        "bulk_send",
        sa.Column("reminds", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "reminder_step",
        _key("company_id"),
        sa.Column("days", sa.Integer(), nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("company_id", "days"),
    )
    op.create_table(
        "reminder",
        _key("company_id"),
        _key("invoice_id"),
        _key("occasion", 40),
        _key("email", 254),
        _key("staff_id", nullable=True),
        _moment("queued_at"),
        _moment("sent_at", nullable=True),
        _key("left_out", 200),
        _of("invoice", "invoice_id"),
        _of("staff", "staff_id"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", "occasion"),
    )
    op.create_index("reminder_staff", "reminder", ["company_id", "staff_id"])
    op.create_table(
        "reminder_pause",
        _key("company_id"),
        _key("customer_id"),
        _key("staff_id", nullable=True),
        _moment("paused_at"),
        _of("customer", "customer_id"),
        _of("staff", "staff_id"),
        sa.PrimaryKeyConstraint("company_id", "customer_id"),
    )
    op.create_index("reminder_pause_staff", "reminder_pause", ["company_id", "staff_id"])
    _notices()
    with op.batch_alter_table("login_link") as link:
        link.alter_column("purpose", existing_type=_BEFORE, type_=_SINCE, existing_nullable=False)


def _notices() -> None:
    op.create_table(
        "notice_mark",
        _key("company_id"),
        _key("staff_id"),
        _moment("read_up_to"),
        _of("staff", "staff_id"),
        sa.PrimaryKeyConstraint("company_id", "staff_id"),
    )
    kinds = sa.Enum(
        *("failed_payment", "dispute", "account", "undelivered"),
        name="notice_kind",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "notice_mute",
        _key("company_id"),
        _key("staff_id"),
        sa.Column("kind", kinds, nullable=False),
        _of("staff", "staff_id"),
        sa.PrimaryKeyConstraint("company_id", "staff_id", "kind"),
    )


def downgrade() -> None:
    raise NotImplementedError("who is not to be reminded would be forgotten")
