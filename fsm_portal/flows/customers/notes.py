"""Notes: what staff keep in mind about a customer, who is never shown them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.customer_note import LONGEST_NOTE, CustomerNote
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.recent import recently

_note = table_of(CustomerNote)
_staff = table_of(Staff)
_SHOWN = 50


class CannotNote(Exception):
    """Why a note is not kept, in words for staff."""


@dataclass(frozen=True)
class NoteView:
    """``by_id`` is the member of staff who wrote it, the only one who may change it."""

    id: str
    text: str
    by: str
    by_id: str
    when: str


_OF_CUSTOMER = (
    select(
        _note.c.id,
        _note.c.text,
        _note.c.staff_id,
        _note.c.created_at,
        _note.c.edited_at,
        _staff.c.name.label("by"),
    )
    .join(_staff, and_(_staff.c.company_id == _note.c.company_id, _staff.c.id == _note.c.staff_id))
    .where(
        _note.c.company_id == bindparam("company_id"),
        _note.c.customer_id == bindparam("customer_id"),
    )
    .order_by(_note.c.id.desc())
    .limit(_SHOWN)
)


def notes_on(session: Session, company: Company, customer_id: str) -> tuple[NoteView, ...]:
    """The newest first, fifty at most."""
    key = {"company_id": company.id, "customer_id": customer_id}
    moment = now()

    def when(row: Any) -> str:
        said = recently(row.created_at, company.time_zone, company.locale, moment)
        return f"{said}, changed since" if row.edited_at is not None else said

    return tuple(
        NoteView(row.id, row.text, row.by, row.staff_id, when(row))
        for row in session.connection().execute(_OF_CUSTOMER, key)
    )


def write_note(who: Identity, customer_id: str, text: str, press_id: str = "") -> frozenset[str]:
    """Keep a new note; the topics to ring. Any staff may. Raises CannotNote.

    ``press_id`` becomes its id, so that the second click of a double one writes no second note.
    """
    kept = _checked(who, text)
    with unit_of_work() as session:
        customer = (
            session.get(Customer, (who.company_id, customer_id)) if is_id(customer_id) else None
        )
        if customer is None:
            raise CannotNote("This customer does not exist.")
        note = CustomerNote(
            company_id=who.company_id,
            id=press_id or new_id(),
            customer_id=customer_id,
            staff_id=who.person_id,
            text=kept,
        )
        if not insert_once(session, CustomerNote, note.model_dump()):
            return frozenset()
        _write_down(session, who, Deed.WROTE_NOTE, customer)
    return frozenset({company_topic(who.company_id)})


def change_note(who: Identity, note_id: str, text: str) -> frozenset[str]:
    """Another text for one's own note; the topics to ring. Raises CannotNote."""
    kept = _checked(who, text)
    with unit_of_work() as session:
        note, customer = _own(session, who, note_id)
        if note.text != kept:
            note.text, note.edited_at = kept, now()
            session.add(note)
            _write_down(session, who, Deed.CHANGED_NOTE, customer)
    return frozenset({company_topic(who.company_id)})


def remove_note(who: Identity, note_id: str) -> frozenset[str]:
    """Take one's own note away; the topics to ring. Raises CannotNote."""
    if who.audience != "staff":
        raise CannotNote("Only staff keep notes.")
    with unit_of_work() as session:
        note, customer = _own(session, who, note_id)
        session.delete(note)
        _write_down(session, who, Deed.REMOVED_NOTE, customer)
    return frozenset({company_topic(who.company_id)})


def _checked(who: Identity, text: str) -> str:
    if who.audience != "staff":
        raise CannotNote("Only staff keep notes.")
    kept = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    if not kept:
        raise CannotNote("Type the note first.")
    if len(kept) > LONGEST_NOTE:
        raise CannotNote(f"This is longer than {LONGEST_NOTE:,} characters.")
    if not all(line.replace("\t", " ").isprintable() for line in kept.split("\n")):
        raise CannotNote("This has characters in it that cannot be printed.")
    return kept


def _own(session: Session, who: Identity, note_id: str) -> tuple[CustomerNote, Customer]:
    note = session.get(CustomerNote, (who.company_id, note_id)) if is_id(note_id) else None
    if note is None:
        raise CannotNote("This note does not exist any more.")
    if note.staff_id != who.person_id:
        raise CannotNote("Only whoever wrote a note may change it.")
    return note, session.get_one(Customer, (who.company_id, note.customer_id))


def _write_down(session: Session, who: Identity, deed: Deed, customer: Customer) -> None:
    # Not the note itself: the log is read by more people, and cannot be changed.
    write_down(session, who, deed, about="customer", about_id=customer.id, words=customer.name)
