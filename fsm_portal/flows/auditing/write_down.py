"""Writes down who did what, in the unit of work of the deed itself: both are there, or neither."""

from sqlalchemy import Connection, insert
from sqlmodel import Session

from fsm_portal.domain.audit_entry import LONGEST_WORDS, AuditEntry, Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import connection_of, table_of
from fsm_portal.domain.one_line import one_line
from fsm_portal.flows.identity import Identity

_entry = table_of(AuditEntry)
_INSERT = insert(_entry)

# Whoever runs the installation, at its command line.
OPERATOR = "Operator"


def write_down(
    session: Session | Connection,
    who: Identity,
    deed: Deed,
    *,
    about: str = "",
    about_id: str = "",
    words: str = "",
) -> None:
    """Note that ``who``, a member of staff, did ``deed``.

    ``about`` is the table ("invoice", "payment", "customer", …) of the row ``about_id``, which the
    log links to; ``words`` say the rest for a reader: "INV-0042 to dana@harborview.example". No
    secrets, no card data. What is too long is cut.
    """
    _write(session, who.company_id, who.person_id, who.name, deed, about, about_id, words)


def write_down_for_operator(
    session: Session | Connection,
    company_id: str,
    deed: Deed,
    *,
    about: str = "",
    about_id: str = "",
    words: str = "",
) -> None:
    """The same for what is done at the command line."""
    _write(session, company_id, "", OPERATOR, deed, about, about_id, words)


def _write(
    session: Session | Connection,
    company_id: str,
    staff_id: str,
    name: str,
    deed: Deed,
    about: str,
    about_id: str,
    words: str,
) -> None:
    connection_of(session).execute(
        _INSERT,
        {
            "company_id": company_id,
            "id": new_id(),
            "at": now(),
            "staff_id": staff_id,
            "name": name[:200],
            "deed": Deed(deed).value,
            "about": about,
            "about_id": about_id,
            "words": one_line(words)[:LONGEST_WORDS],
        },
    )
