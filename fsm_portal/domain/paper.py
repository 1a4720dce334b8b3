"""Papers: a company's documents as they were issued, drawn once and kept.

A version is never changed or removed: triggers refuse it, on SQLite and PostgreSQL alike, whoever
asks. What a customer was handed can be shown again, byte for byte.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Connection, ForeignKeyConstraint, LargeBinary, event
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice


class PaperKind(StrEnum):
    """What a paper is, and so what its ``subject_id`` names.

    An invoice's id, a credit note's, a payment's, a refund's.
    """

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    REFUND = "refund"


# As many missing characters as are named.
MOST_MISSING = 200


class PaperContent(SQLModel, table=True):
    """A file, found by its own hash: versions that are equal byte for byte share it."""

    __tablename__ = "paper_content"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    sha256: str = Field(primary_key=True, max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class StoredPaper(SQLModel, table=True):
    """One version of a paper. ``size`` is in bytes, ``missing`` what no font could print.

    ``facts_sha256`` is of everything it was drawn from: other facts make another version.
    ``fingerprint`` is of the rows that hold them, as they were when the version was last found to
    be true; it alone may change, and may be lost without harm.
    """

    __tablename__ = "paper"
    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "sha256"], ["paper_content.company_id", "paper_content.sha256"]
        ),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    kind: PaperKind = Field(sa_column=choice(PaperKind, "paper_kind", key=True))
    subject_id: str = Field(primary_key=True, max_length=32)
    version: int = Field(primary_key=True)
    sha256: str = Field(max_length=64)
    facts_sha256: str = Field(max_length=64)
    fingerprint: str = Field(max_length=64)
    size: int
    missing: str = Field(default="", max_length=MOST_MISSING)
    drawn_at: datetime = Field(default_factory=now)


_REFUSAL = "what was issued cannot be changed"
_FIXED = {
    "paper": "company_id, kind, subject_id, version, sha256, facts_sha256, size, missing, drawn_at",
    "paper_content": "company_id, sha256, content",
}
_KEYS = {
    "paper": ("company_id", "kind", "subject_id", "version"),
    "paper_content": ("company_id", "sha256"),
}


def keep_papers(connection: Connection) -> None:
    """Put the triggers in place, anew where they are."""
    if connection.dialect.name == "sqlite":
        _keep_on_sqlite(connection)
    else:
        _keep_on_postgresql(connection)


def _keep_on_sqlite(connection: Connection) -> None:
    for table, fixed in _FIXED.items():
        stands = " AND ".join(f"{name} = NEW.{name}" for name in _KEYS[table])
        refuse = f"SELECT RAISE(ABORT, '{_REFUSAL}')"
        for name, when, then in (
            (f"{table}_no_update", f"BEFORE UPDATE OF {fixed} ON {table}", refuse),
            (f"{table}_no_delete", f"BEFORE DELETE ON {table}", refuse),
            # "INSERT OR REPLACE" deletes without asking the trigger on DELETE. What stands already
            # is left as it is, without a word: so "ON CONFLICT DO NOTHING" has it too.
            (
                f"{table}_no_replace",
                f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {stands})",
                "SELECT RAISE(IGNORE)",
            ),
        ):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} BEGIN {then}; END")


def _keep_on_postgresql(connection: Connection) -> None:
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION paper_kept() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for table, fixed in _FIXED.items():
        for name, when in (
            (f"{table}_no_update", f"BEFORE UPDATE OF {fixed} ON {table} FOR EACH ROW"),
            (f"{table}_no_delete", f"BEFORE DELETE ON {table} FOR EACH ROW"),
            (f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"),
        ):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION paper_kept()"
            )


@event.listens_for(SQLModel.metadata, "after_create")
def _with_their_triggers(_metadata: object, connection: Connection, **_: object) -> None:
    keep_papers(connection)
