"""The words by which customers are found, and which line of an invoice a credit note is about."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_EXACT = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
_AT_ONCE = 2_000


def upgrade() -> None:
    op.add_column("credit_note_line", sa.Column("invoice_position", sa.Integer(), nullable=True))
    # Bytes of a word are compared: a beginning of one is a range of the index.
    words = op.create_table(
        "customer_word",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("word", _EXACT, nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "word", "customer_id"),
        sa.ForeignKeyConstraint(
            ["company_id", "customer_id"], ["customer.company_id", "customer.id"]
        ),
        sqlite_with_rowid=False,
    )
    if not op.get_context().as_sql:
        _fill(words)
    op.create_index(
        "customer_word_customer", "customer_word", ["company_id", "customer_id", "word"]
    )


def downgrade() -> None:
    op.drop_table("customer_word")
    op.drop_column("credit_note_line", "invoice_position")


def _fill(words: sa.Table) -> None:
    """As domain/customer_word.py did it when this was written."""
    connection = op.get_bind()
    customers = connection.execute(
        sa.text("SELECT company_id, id, name, contact, email, phone FROM customer")
    )
    for some in customers.partitions(_AT_ONCE):
        rows = [
            {"company_id": each.company_id, "word": word, "customer_id": each.id}
            for each in some
            for word in sorted(_words(each))
        ]
        if rows:
            connection.execute(words.insert(), rows)


def _words(customer: sa.Row) -> set[str]:
    found = []
    digits = "".join(letter for letter in customer.phone or "" if letter.isdigit())
    if digits:
        found.append(digits[:40])
    for text in (customer.name, customer.contact, customer.email, customer.phone):
        parts = unicodedata.normalize("NFKD", (text or "").casefold())
        plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
        found += [word[:40] for word in re.findall(r"[^\W_]+", plain)]
    return set(found[:60])
