"""The words of jobs' titles, by which they are found."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_EXACT = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
_AT_ONCE = 2_000


def upgrade() -> None:
    # Bytes of a word are compared: a beginning of one is a range of the index.
    words = op.create_table(
        "job_word",
        sa.Column("company_id", sa.String(32), nullable=False),
        sa.Column("word", _EXACT, nullable=False),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "word", "job_id"),
        sa.ForeignKeyConstraint(["company_id", "job_id"], ["job.company_id", "job.id"]),
        sqlite_with_rowid=False,
    )
    if not op.get_context().as_sql:
        _fill(words)
    op.create_index("job_word_job", "job_word", ["company_id", "job_id", "word"])


def downgrade() -> None:
    op.drop_table("job_word")


def _fill(words: sa.Table) -> None:
    """As domain/job_word.py did it when this was written."""
    connection = op.get_bind()
    jobs = connection.execute(sa.text("SELECT company_id, id, title FROM job"))
    for some in jobs.partitions(_AT_ONCE):
        rows = [
            {"company_id": each.company_id, "word": word, "job_id": each.id}
            for each in some
            for word in sorted(_words(each.title))
        ]
        if rows:
            connection.execute(words.insert(), rows)


def _words(text: str) -> set[str]:
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return {word[:40] for word in re.findall(r"[^\W_]+", plain)}
