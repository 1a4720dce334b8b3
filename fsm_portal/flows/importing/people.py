"""Customers of a file, one a line: read, found again, landed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.customer_word import keep_words
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.small_letters import as_compared, as_looked_for, small_letters
from fsm_portal.flows.importing import values
from fsm_portal.flows.importing.refusal import Reason, Record, Refusal, Refused

_customer = table_of(Customer)


@dataclass(frozen=True)
class Person:
    """``key`` is what they are found again by: the file's id, else the address, else the name."""

    reference: str | None
    name: str
    contact: str
    email: str | None
    phone: str
    address: str
    country: str
    record: Record

    @property
    def key(self) -> tuple[str, str]:
        if self.reference:
            return "reference", self.reference
        return _key("email", self.email) if self.email else _key("name", self.name)


def _key(kind: str, text: str) -> tuple[str, str]:
    return kind, text if kind == "reference" else as_compared(text)


def _is_one_of(kind: str, texts: set[str]) -> ColumnElement[bool]:
    column = _customer.c[kind]
    if kind == "reference":
        return column.in_(texts)
    return small_letters(column).in_(as_looked_for(texts))


class People:
    """Reads and lands customers. What is there is left as it is."""

    def __init__(self, company_id: str, at: dict[str, int]) -> None:
        self._company_id, self._at = company_id, at
        # A dry run lands nobody, so it has to remember whom it would have landed.
        self._landed: set[tuple[str, str]] = set()

    def read(self, record: Record) -> Person:
        """Raises Refused."""

        def said(name: str) -> str:
            return record.fields[self._at[name]] if name in self._at else ""

        def short(name: str, limit: int, what: str) -> str:
            return values.short(said(name), limit, Reason.CUSTOMER, what)

        called = next(filter(str.strip, map(said, ("name", "other_name", "email"))), "")
        name = values.short(called, 200, Reason.NAME, "name")
        if not name:
            raise Refused(Reason.NAME, "No name: fill in what the customer is called.")
        country = values.words(said("country")).upper()
        return Person(
            reference=short("reference", 64, "customer's id") or None,
            name=name,
            contact=short("contact", 200, "contact"),
            email=values.email(said("email")),
            phone=values.short(values.phone(said("phone")), 40, Reason.CUSTOMER, "phone number"),
            address=values.short(values.address(said("address")), 500, Reason.CUSTOMER, "address"),
            country=country if len(country) == 2 and country.isalpha() else "",
            record=record,
        )

    def land(
        self, session: Session, people: Sequence[Person], dry_run: bool
    ) -> tuple[int, int, list[Refusal]]:
        """How many are new, how many were there, what was refused after all."""
        there = self._there(session, people)
        rows: list[dict[str, Any]] = []
        for person in people:
            if person.key in there or person.key in self._landed:
                continue
            there.add(person.key)
            if dry_run:
                self._landed.add(person.key)
            rows.append(self._row(person))
        if not dry_run:
            insert_many(session.connection(), _customer, rows)
            keep_words(session.connection(), rows)
        return len(rows), len(people) - len(rows), []

    def _there(self, session: Session, people: Sequence[Person]) -> set[tuple[str, str]]:
        wanted: dict[str, set[str]] = {"reference": set(), "email": set(), "name": set()}
        for person in people:
            kind, _ = person.key
            wanted[kind].add(getattr(person, kind))
        found: set[tuple[str, str]] = set()
        for kind, texts in wanted.items():
            if texts:
                rows = session.connection().execute(
                    select(_customer.c[kind]).where(
                        _customer.c.company_id == self._company_id, _is_one_of(kind, texts)
                    )
                )
                found |= {_key(kind, text) for text in rows.scalars()}
        return found

    def _row(self, person: Person) -> dict[str, Any]:
        return {
            "company_id": self._company_id,
            "id": new_id(),
            "name": person.name,
            "contact": person.contact,
            "email": person.email,
            "phone": person.phone,
            "address": person.address,
            "country": person.country,
            "locale": "",
            "reference": person.reference,
            "stripe_customer_id": None,
            "stripe_account_id": None,
            "created_at": now(),
        }

    def preview(self, person: Person) -> tuple[str, str]:
        """What it would be: a title, and the rest."""
        rest = (person.contact, person.email, person.phone, person.address, person.country)
        return person.name, " · ".join(each for each in rest if each)
