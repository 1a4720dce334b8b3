"""Import: those who are customers at Stripe only become customers here as well."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.customer_word import keep_words
from fsm_portal.domain.email import folded, is_email
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.customers.stripe_matches import linked_at, matches_by_email
from fsm_portal.flows.customers.stripe_side import account_of, connected_account
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.countries import country_codes
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_directory import AtStripe, customers_at_stripe

# As many as Stripe tells at once.
_AT_ONCE = 100


class CannotImport(Exception):
    """Why nobody (more) is imported, in words for staff."""


@dataclass(frozen=True)
class Imported:
    """How far an import is. ``alike``: they have the address of somebody here, and wait to be
    linked or imported by hand. ``topics`` are to be rung."""

    seen: int = 0
    added: int = 0
    here: int = 0
    alike: int = 0
    topics: frozenset[str] = field(default_factory=frozenset)

    @property
    def words(self) -> str:
        """What came of it, for staff."""
        said = [f"{self.added:,} imported" if self.added else "Nobody imported"]
        if self.here:
            said.append(f"{self.here:,} {'was' if self.here == 1 else 'were'} here already")
        if self.alike:
            said.append(
                f"{self.alike:,} {'has' if self.alike == 1 else 'have'} the address of a customer "
                "here and can be linked below"
            )
        return ", ".join(said) + "."


def import_chosen(
    who: Identity, account: str, chosen: Sequence[AtStripe]
) -> Generator[Imported, None, None]:
    """Import each of ``chosen``, as Stripe told them of ``account``; one who shares an address
    with somebody here too, since somebody chose them. Raises CannotImport."""
    _authorise(who)
    at = Imported()
    for each in chosen:
        at = _add(who, account, [each], at, also_alike=True)
        yield at


def import_all(who: Identity) -> Generator[Imported, None, None]:
    """Import everybody at Stripe who is not here, a hundred at a time, until it is closed.

    Once begun again it goes on where it was: who is here is left alone. Raises CannotImport.
    """
    _authorise(who)
    account = connected_account(who.company_id)
    if not account:
        raise CannotImport("Connect Stripe first: there is nobody to import.")
    at, after = Imported(), ""
    while True:
        try:
            page = customers_at_stripe(account, after=after, limit=_AT_ONCE)
        except (StripeUnavailable, StripeRefused) as error:
            raise CannotImport(
                f"Stripe stopped answering after {at.seen:,}. Begin again: whoever is here "
                "already is not imported twice."
            ) from error
        at = _add(who, account, page.customers, at, also_alike=False)
        yield at
        if not page.has_more or not page.customers:
            return
        after = page.customers[-1].id


def _authorise(who: Identity) -> None:
    if not who.may(May.EDIT_CUSTOMERS):
        raise CannotImport("Your role cannot import customers. Ask the office to do it.")


def _add(
    who: Identity, account: str, some: Sequence[AtStripe], at: Imported, *, also_alike: bool
) -> Imported:
    with unit_of_work() as session:
        if account_of(session.get_one(Company, who.company_id)) != account:
            raise CannotImport("Another Stripe account was connected meanwhile.")
        here = linked_at(session, who.company_id, account, [each.id for each in some])
        left = [each for each in some if each.id not in here]
        alike = 0
        if not also_alike:
            taken = matches_by_email(session, who.company_id, account, [one.email for one in left])
            new = [each for each in left if folded(each.email) not in taken or not each.email]
            alike, left = len(left) - len(new), new
        added = 0
        for each in left:
            row = _row(who.company_id, account, each)
            # Somebody else may be importing the same at this moment.
            if insert_once(session, Customer, row):
                added += 1
                keep_words(session.connection(), [row])
                write_down(
                    session,
                    who,
                    Deed.IMPORTED_CUSTOMER,
                    about="customer",
                    about_id=row["id"],
                    words=f"{row['name']}, {each.id}",
                )
    return Imported(
        seen=at.seen + len(some),
        added=at.added + added,
        here=at.here + len(some) - added - alike,
        alike=at.alike + alike,
        topics=frozenset({company_topic(who.company_id)}) if added else frozenset(),
    )


def _row(company_id: str, account: str, theirs: AtStripe) -> dict[str, Any]:
    """Every column of a customer. What does not fit is cut or left out: Stripe's stays whole."""
    email = theirs.email if is_email(theirs.email) else ""
    return {
        "company_id": company_id,
        "id": new_id(),
        "name": (theirs.name or email or f"Customer {theirs.id}")[:200],
        "contact": "",
        "email": email or None,
        "phone": theirs.phone[:40],
        "address": theirs.address[:500],
        "country": theirs.country if theirs.country in country_codes() else "",
        "locale": "",
        "reference": None,
        "stripe_customer_id": theirs.id,
        "stripe_account_id": account,
        "created_at": now(),
    }
