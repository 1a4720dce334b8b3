"""The audit log: what staff did, one row a deed. Rows are written once; the database refuses more.

Triggers refuse to change or delete a row, on SQLite and PostgreSQL alike, whoever asks: what stands
here can be relied upon in a dispute between the people who could have changed it.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Index, event
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id


class Deed(StrEnum):
    """What was done, as the log says it after a name: "Maya Ortiz sent invoice". 32 characters.

    Stored as it stands here and never renamed: rows cannot be changed to follow.
    """

    SENT_INVOICE = "sent invoice"
    SENT_REMINDER = "sent reminder"
    VOIDED_INVOICE = "voided invoice"
    WROTE_INVOICE = "wrote invoice"
    EDITED_INVOICE = "edited invoice"
    DISCARDED_DRAFT = "discarded draft"
    CREDITED_INVOICE = "credited invoice"
    TOOK_PAYMENT = "took payment"
    REVERSED_PAYMENT = "reversed payment"
    ASKED_REFUND = "refunded"
    USED_CREDIT = "used credit"
    UNDID_CREDIT = "took credit off"
    EDITED_CUSTOMER = "edited customer"
    INVITED_CUSTOMER = "invited customer"
    SENT_LINK = "sent sign-in link"
    ADDED_CUSTOMER = "added customer"
    IMPORTED_CUSTOMER = "imported customer"
    LINKED_CUSTOMER = "linked customer to Stripe"
    UNLINKED_CUSTOMER = "unlinked customer"
    OPENED_BILLING_PORTAL = "opened billing portal"
    WROTE_NOTE = "wrote note"
    CHANGED_NOTE = "changed note"
    REMOVED_NOTE = "removed note"
    PAUSED_REMINDERS = "paused reminders to"
    RESUMED_REMINDERS = "resumed reminders to"
    # Jobs.
    ADDED_JOB = "added job"
    EDITED_JOB = "edited job"
    COMPLETED_JOB = "completed job"
    REOPENED_JOB = "reopened job"
    CANCELLED_JOB = "cancelled job"
    CHECKED_STRIPE = "checked with Stripe"
    JUDGED_FACT = "looked into Stripe's event"
    SET_FACT_ASIDE = "set Stripe's event aside"
    TRIED_WORK_AGAIN = "tried again"
    # Files.
    EXPORTED = "exported"
    UPLOADED_FILE = "uploaded a file"
    IMPORTED = "imported"
    # The team.
    INVITED_MEMBER = "invited to the team"
    WITHDREW_INVITATION = "withdrew invitation"
    JOINED_TEAM = "joined the team"
    SIGNED_IN = "signed in"
    CHANGED_ROLE = "changed role"
    DEACTIVATED_MEMBER = "deactivated"
    # The company and its settings.
    CHANGED_SETTINGS = "changed settings"
    ADDED_REMINDER = "added reminder"
    REMOVED_REMINDER = "removed reminder"
    SET_LOGO = "set the logo"
    REMOVED_LOGO = "removed the logo"
    ADDED_TAX_RATE = "added tax rate"
    ARCHIVED_TAX_RATE = "archived tax rate"
    RESTORED_TAX_RATE = "restored tax rate"
    BEGAN_CONNECTING = "began to connect Stripe"
    CONNECTED_STRIPE = "connected Stripe"
    DISCONNECTED_STRIPE = "disconnected Stripe"


# Of what an entry says beside the deed; longer words are cut.
LONGEST_WORDS = 300


class AuditEntry(SQLModel, table=True):
    """``name`` is what the person was called then; ``staff_id`` is empty for the operator, whose
    deeds come from the command line. ``words`` say the rest and hold no secrets."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_entry_time", "company_id", "at", "id"),
        Index("audit_entry_person", "company_id", "staff_id", "at", "id"),
        Index("audit_entry_deed", "company_id", "deed", "at", "id"),
        Index("audit_entry_about", "company_id", "about", "about_id", "at", "id"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    at: datetime = Field(default_factory=now)
    staff_id: str = Field(default="", max_length=32)
    name: str = Field(max_length=200)
    # No CHECK on it: each part of the house adds deeds of its own.
    deed: str = Field(max_length=32)
    # A table's name ("invoice", "payment", "customer", "job", "staff", …) and the row's id.
    about: str = Field(default="", max_length=32)
    about_id: str = Field(default="", max_length=255)
    words: str = Field(default="", max_length=LONGEST_WORDS)


_REFUSAL = "the audit log cannot be changed"
# "INSERT OR REPLACE" of SQLite deletes without asking the trigger on DELETE.
_STANDS_ALREADY = (
    "EXISTS (SELECT 1 FROM audit_entry WHERE company_id = NEW.company_id AND id = NEW.id)"
)
_ON_SQLITE = (
    ("audit_entry_no_update", "BEFORE UPDATE ON audit_entry"),
    ("audit_entry_no_delete", "BEFORE DELETE ON audit_entry"),
    ("audit_entry_no_replace", f"BEFORE INSERT ON audit_entry WHEN {_STANDS_ALREADY}"),
)
_ON_POSTGRESQL = (
    ("audit_entry_no_change", "BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW"),
    ("audit_entry_no_truncate", "BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT"),
)


def keep_audit_log(connection: Connection) -> None:
    """Put the triggers in place, anew where they are."""
    if connection.dialect.name == "sqlite":
        for name, when in _ON_SQLITE:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for name, when in _ON_POSTGRESQL:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON audit_entry")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_entry_kept()"
        )


@event.listens_for(SQLModel.metadata, "after_create")
def _with_its_triggers(_metadata: object, connection: Connection, **_: object) -> None:
    keep_audit_log(connection)
