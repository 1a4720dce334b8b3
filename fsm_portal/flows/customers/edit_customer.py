"""Edit: the office corrects whom a customer is and where their mail goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.email import folded, is_email, same_address
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic, customer_topic
from fsm_portal.flows.access.end_access import end_customers_access
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices_of
from fsm_portal.gateways.countries import country_codes, offered_countries
from fsm_portal.gateways.locales import OFFERED, offered_locales

_customer = table_of(Customer)

Field = Literal["name", "contact", "email", "phone", "locale", "address", "country"]

_LONGEST: dict[Field, int] = {
    "name": 200,
    "contact": 200,
    "email": 254,
    "phone": 40,
    "locale": 20,
    "address": 500,
    "country": 2,
}


# (value, words) of the ways to write amounts and days that there are to choose from.
OFFERED_FORMATS = offered_locales()
# (two letters, name) of every country, by name.
COUNTRIES = offered_countries()


class CannotEdit(Exception):
    """Why it cannot be kept, in words for staff, and beside which ``field`` if it is about one."""

    def __init__(self, words: str, field: Field | Literal[""] = "") -> None:
        super().__init__(words)
        self.field = field


class SharedAddress(CannotEdit):
    """Another customer has this address already. It may be so: whoever types it says that."""

    def __init__(self, others: Sequence[str]) -> None:
        more = len(others) - 1
        also = f" and {more} more" if more else ""
        super().__init__(
            f"{others[0]}{also} {'have' if more else 'has'} this address too. Is this another "
            "customer all the same?",
            "email",
        )


@dataclass(frozen=True)
class CustomerWords:
    """What staff typed. Everything but the name may be empty.

    ``locale`` is one of those offered, or empty: the company's. ``address`` has several lines,
    ``country`` is two letters. None of these three leaves what is there. ``shared``: that another
    customer has the same email address is known, and right.
    """

    name: str
    contact: str
    email: str
    phone: str
    locale: str | None = None
    address: str | None = None
    country: str | None = None
    shared: bool = False


@dataclass(frozen=True)
class CheckedWords:
    """The same, fit to be kept."""

    name: str
    contact: str
    email: str
    phone: str
    address: str | None
    country: str | None


def checked(typed: CustomerWords) -> CheckedWords:
    """What was typed, each in its form. Raises CannotEdit."""
    words = CheckedWords(
        name=_one_line("name", typed.name),
        contact=_one_line("contact", typed.contact),
        email=_one_line("email", typed.email),
        phone=_one_line("phone", typed.phone),
        address=None if typed.address is None else _lines(typed.address),
        country=None if typed.country is None else _country(typed.country),
    )
    if not words.name:
        raise CannotEdit("Type the customer's name.", "name")
    if words.email and not is_email(words.email):
        raise CannotEdit("This is not an email address. It looks like name@example.com.", "email")
    return words


def edit_customer(who: Identity, customer_id: str, typed: CustomerWords) -> frozenset[str]:
    """Keep what was typed; returns the topics to ring.

    A new address, or none any more, ends what was opened through the old one (CASES 34). Raises
    CannotEdit; a customer of another company is no different from none.
    """
    if not who.may(May.EDIT_CUSTOMERS):
        raise CannotEdit("Your role cannot change customers. Ask the office to do it.")
    words = checked(typed)
    name, email = words.name, words.email
    with unit_of_work() as session:
        customer = (
            session.get(
                Customer, (who.company_id, customer_id), with_for_update={"key_share": True}
            )
            if is_id(customer_id)
            else None
        )
        if customer is None:
            raise CannotEdit("This customer does not exist.")
        if not typed.shared and not same_address(email, customer.email):
            refuse_shared(session, who.company_id, email, but=customer_id)
        before = customer.locale
        if typed.locale is not None:
            customer.locale = _locale(typed.locale, customer.locale)
        if customer.stripe_customer_id and (name, email or None) != (customer.name, customer.email):
            _tell_stripe(session, customer)
        changed = _what_changes(customer, words)
        if customer.locale != before:
            changed.append("numbers and dates")
        if name != customer.name:
            # The name stands beside what is due on each invoice.
            lock_invoices_of(session.connection(), who.company_id, customer_id)
        customer.name, customer.contact, customer.phone = name, words.contact, words.phone
        if words.address is not None:
            customer.address = words.address
        if words.country is not None:
            customer.country = words.country
        ended = change_address(session, customer, email or None)
        session.add(customer)
        if changed:
            write_down(
                session,
                who,
                Deed.EDITED_CUSTOMER,
                about="customer",
                about_id=customer_id,
                words=f"{name}: {', '.join(changed)}",
            )
        return ended | {
            company_topic(who.company_id),
            customer_topic(who.company_id, customer_id),
        }


def refuse_shared(session: Session, company_id: str, email: str, but: str = "") -> None:
    """Raises SharedAddress where customers other than ``but`` have ``email``."""
    if not email:
        return
    others = (
        session.connection()
        .execute(
            select(_customer.c.name)
            .where(
                _customer.c.company_id == company_id,
                func.lower(_customer.c.email) == folded(email),
                _customer.c.id != but,
            )
            .order_by(_customer.c.id)
            .limit(20)
        )
        .scalars()
        .all()
    )
    if others:
        raise SharedAddress(others)


def _what_changes(customer: Customer, words: CheckedWords) -> list[str]:
    """For the log: the names of what is another now, and an address itself."""
    changed = [
        label
        for label, old, new in (
            ("name", customer.name, words.name),
            ("contact", customer.contact, words.contact),
            ("phone", customer.phone, words.phone),
            ("address", customer.address, words.address),
            ("country", customer.country, words.country),
        )
        if new is not None and old != new
    ]
    if (customer.email or "") != words.email:
        changed.append(f"email {customer.email or 'none'} is now {words.email or 'none'}")
    return changed


def change_address(session: Session, customer: Customer, email: str | None) -> frozenset[str]:
    """Have the customer's mail go to ``email`` from now on; returns the session topics to ring.

    The customer's row must be locked: a letter on its way has put its link on the books by then.
    """
    if email == customer.email:
        return frozenset()
    ended: frozenset[str] = frozenset()
    if customer.email and not same_address(customer.email, email):
        ended = end_customers_access(session, customer.company_id, customer.id)
    customer.email = email
    session.add(customer)
    return ended


def _locale(typed: str, present: str) -> str:
    if typed not in ("", present) and typed not in OFFERED:
        raise CannotEdit("Choose one of the formats in the list.", "locale")
    return typed


def _tell_stripe(session: Session, customer: Customer) -> None:
    """Stripe's page shows the address of its customer, and whoever pays cannot change it there."""
    enqueue(
        session,
        customer.company_id,
        WorkKind.STRIPE_CUSTOMER,
        key=f"stripe-customer-{new_id()}",
        payload={"customer_id": customer.id},
    )


def _lines(text: str) -> str:
    """An address: its lines, without empty ones."""
    lines = [_one_line("address", line) for line in text.splitlines()]
    cleaned = "\n".join(line for line in lines if line)
    if len(cleaned) > _LONGEST["address"]:
        raise CannotEdit(f"This is longer than {_LONGEST['address']} characters.", "address")
    return cleaned


def _country(code: str) -> str:
    if code and code not in country_codes():
        raise CannotEdit("Choose one of the countries in the list.", "country")
    return code


def _one_line(field: Field, text: str) -> str:
    cleaned = " ".join(text.split())
    if len(cleaned) > _LONGEST[field]:
        raise CannotEdit(f"This is longer than {_LONGEST[field]} characters.", field)
    if not cleaned.isprintable():
        raise CannotEdit("This has characters in it that cannot be printed.", field)
    return cleaned
