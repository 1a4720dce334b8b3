"""Letters sent, addresses that bounced, and the words a company changed."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _key(name: str, length: int = 32, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "sent_letter",
        _key("company_id"),
        _key("key", 200),
        _key("kind", 40),
        _key("message_hash", 40),
        _key("address", 254),
        _key("invoice_id", nullable=True),
        _moment("sent_at"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("company_id", "key"),
    )
    op.create_index("sent_letter_message", "sent_letter", ["message_hash"])
    op.create_index("sent_letter_address", "sent_letter", ["company_id", "address", "sent_at"])
    op.create_index("sent_letter_invoice", "sent_letter", ["company_id", "invoice_id", "sent_at"])
    op.create_table(
        "held_address",
        _key("company_id"),
        _key("address", 254),
        sa.Column("why", _one_of("held_back", "bounce", "complaint"), nullable=False),
        _key("said", 300),
        _key("letter_key", 200),
        _moment("held_at"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("company_id", "address"),
    )
    kinds = (
        *("invoice", "reminder_soon", "reminder_today", "reminder_late"),
        *("receipt", "refund", "failed"),
    )
    op.create_table(
        "mail_text",
        _key("company_id"),
        sa.Column("kind", _one_of("mail_text_kind", *kinds), nullable=False),
        _key("language", 12),
        _key("words", 2000),
        _moment("changed_at"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("company_id", "kind", "language"),
    )


def downgrade() -> None:
    op.drop_table("mail_text")
    op.drop_table("held_address")
    op.drop_table("sent_letter")
