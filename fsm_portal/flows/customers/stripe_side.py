"""The customers of the connected Stripe account, side by side with ours.

What Stripe says is asked for first and then goes with the watch of a tab (see saved_cards): who of
them is a customer here is read anew whenever something changes, without asking Stripe again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.email import folded
from fsm_portal.flows.customers.choose_customer import NO_CHOICE, CustomerChoice, choices
from fsm_portal.flows.customers.customer_query import search_words
from fsm_portal.flows.customers.stripe_matches import linked_at, matches_by_email
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.keyset import address
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_directory import (
    SHORTEST_SEARCH,
    AtStripe,
    StripePage,
    customer_at_stripe,
    customers_at_stripe,
    is_customer_id,
    search_at_stripe,
)

PATH = "/dashboard/customers/stripe/"
PAGE = 25


@dataclass(frozen=True)
class StripeQuery:
    """What is asked of Stripe: a search, or a place in its list. ``next`` goes on with a search.
    Made by ``stripe_query`` from what an address says."""

    search: str = ""
    after: str = ""
    before: str = ""
    next: str = ""


def stripe_query(search: object, after: object, before: object, next_: object) -> StripeQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    words = search_words(search)
    if words:
        token = next_ if isinstance(next_, str) and len(next_) <= 500 else ""
        return StripeQuery(words, next=token if token.isprintable() else "")
    after, before = (
        each if isinstance(each, str) and is_customer_id(each) else "" for each in (after, before)
    )
    return StripeQuery(after=after, before="" if after else before)


@dataclass(frozen=True)
class StripeFound:
    """``state``: still asking; Stripe told; it does not answer; no account is connected; the
    search is too short for Stripe. It was told to ``company_id`` and is nobody else's."""

    query: StripeQuery = field(default_factory=StripeQuery)
    state: Literal["asking", "known", "away", "off", "short"] = "asking"
    customers: tuple[AtStripe, ...] = ()
    newer: str = ""
    older: str = ""
    company_id: str = ""


def ask_stripe(scope: Scope, query: StripeQuery) -> StripeFound:
    """What Stripe answers to ``query``. It waits for Stripe; whose role it is matters later."""
    return replace(_answer(scope, query), company_id=scope.company_id)


def _answer(scope: Scope, query: StripeQuery) -> StripeFound:
    account = connected_account(scope.company_id)
    if not account:
        return StripeFound(query, "off")
    try:
        if is_customer_id(query.search):
            one = customer_at_stripe(account, query.search)
            return StripeFound(query, "known", (one,) if one else ())
        if query.search:
            if len(query.search) < SHORTEST_SEARCH:
                return StripeFound(query, "short")
            page = search_at_stripe(account, query.search, page=query.next, limit=PAGE)
            older = address(PATH, q=query.search, next=page.next) if page.has_more else ""
            return StripeFound(query, "known", page.customers, older=older)
        return _listed(
            query, customers_at_stripe(account, after=query.after, before=query.before, limit=PAGE)
        )
    except (StripeUnavailable, StripeRefused):
        return StripeFound(query, "away")


def connected_account(company_id: str) -> str:
    """The company's account at Stripe; empty where none is connected (any more)."""
    with reading() as session:
        return account_of(session.get_one(Company, company_id))


def account_of(company: Company) -> str:
    """The account that is connected now, ``acct_…`` or ``platform``; empty where none is."""
    gone = company.stripe_deauthorized_at is not None
    return "" if gone else company.stripe_account_id or ""


def _listed(query: StripeQuery, page: StripePage) -> StripeFound:
    customers = page.customers
    has_older = page.has_more or bool(query.before)
    has_newer = page.has_more if query.before else bool(query.after)
    return StripeFound(
        query,
        "known",
        customers,
        newer=address(PATH, before=customers[0].id) if customers and has_newer else "",
        older=address(PATH, after=customers[-1].id) if customers and has_older else "",
    )


@dataclass(frozen=True)
class StripeRow:
    """A customer of the account. ``local_id`` is ours, where the two are linked; else
    ``match_id`` is one of ours with the same address, if there is one."""

    id: str
    name: str
    email: str
    local_id: str = ""
    local_name: str = ""
    match_id: str = ""
    match_name: str = ""


@dataclass(frozen=True)
class StripeCustomersView:
    """One page of them. ``state`` is StripeFound's.

    ``linking`` is the one at Stripe for whom somebody here is chosen, out of ``choice``.
    """

    loaded: bool = False
    desk: Desk = NO_DESK
    state: str = "asking"
    search: str = ""
    linking: str = ""
    choice: CustomerChoice = NO_CHOICE
    rows: tuple[StripeRow, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""


@dataclass(frozen=True)
class StripePageQuery:
    """What Stripe told, and for whom of them somebody here is looked for, by what words."""

    found: StripeFound
    linking: str = ""
    words: str = ""


def show_stripe_customers(scope: Scope, query: StripePageQuery) -> StripeCustomersView:
    """What Stripe told, beside who of them is a customer here now."""
    told = query.found.company_id == scope.company_id
    found = query.found if told else StripeFound(query.found.query)
    with reading() as session:
        company, desk = staff_desk(session, scope)
        rows = _rows(session, company, found.customers)
        choice = choices(session, company.id, query.words) if query.linking else NO_CHOICE
    count = len(rows)
    return StripeCustomersView(
        loaded=True,
        desk=desk,
        state=found.state,
        search=found.query.search,
        linking=query.linking,
        choice=choice,
        rows=rows,
        place=f"{count} customer{'' if count == 1 else 's'}" if found.state == "known" else "",
        newer=found.newer,
        older=found.older,
    )


def _rows(
    session: Session, company: Company, customers: Iterable[AtStripe]
) -> tuple[StripeRow, ...]:
    customers = tuple(customers)
    account = account_of(company)
    linked = linked_at(session, company.id, account, [each.id for each in customers])
    matches = matches_by_email(
        session, company.id, account, [each.email for each in customers if each.id not in linked]
    )
    rows = []
    for each in customers:
        local = linked.get(each.id)
        match = None if local else matches.get(folded(each.email))
        rows.append(
            StripeRow(
                each.id,
                each.name,
                each.email,
                local_id=local.id if local else "",
                local_name=local.name if local else "",
                match_id=match.id if match else "",
                match_name=match.name if match else "",
            )
        )
    return tuple(rows)
