"""The office's list of customers: searched, sorted and paged in the database."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.customers.customer_keys import WORDS_OF, narrowed, page_of_customers
from fsm_portal.flows.customers.customer_query import PAGE, Anchor, CustomerQuery
from fsm_portal.flows.customers.in_order import CALLED_OF
from fsm_portal.flows.customers.owing import NOTHING, Owing, owing_of
from fsm_portal.flows.customers.portal_state import NEVER, PortalState, portal_states
from fsm_portal.flows.customers.stripe_side import account_of
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk

_customer = table_of(Customer)


@dataclass(frozen=True)
class CustomerRow:
    """One customer in the list. ``stripe_id`` is Stripe's, on the account that is connected now;
    empty where there is none."""

    id: str
    name: str
    contact: str
    email: str
    owing: Owing
    portal: PortalState
    stripe_id: str


@dataclass(frozen=True)
class CustomerListView:
    """One page of the list. ``newer`` and ``older`` are the addresses of the pages before and
    after it, empty where there is none."""

    loaded: bool = False
    desk: Desk = NO_DESK
    show: str = "all"
    sort: str = "name"
    search: str = ""
    rows: tuple[CustomerRow, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""
    # No customer at all yet, whatever is searched for.
    is_new: bool = False
    connected: bool = False


def list_customers(scope: Scope, query: CustomerQuery) -> CustomerListView:
    """The page that ``query`` asks for; the first where there is nothing from there on."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        found, more = _page(session, company, query)
        if not found and query.anchor is not None:
            query = query.from_the_top
            found, more = _page(session, company, query)
        ids = [row.id for row in found]
        owing = owing_of(session, company, ids)
        states = portal_states(session, company, ids)
        back = query.anchor is not None and not query.anchor.onward
        before = query.anchor is not None if not back else more
        after = more if not back else True
        return CustomerListView(
            loaded=True,
            desk=desk,
            show=query.show,
            sort=query.sort,
            search=query.search,
            rows=tuple(
                CustomerRow(
                    row.id,
                    row.name,
                    row.contact,
                    row.email or "",
                    owing.get(row.id, NOTHING),
                    states.get(row.id, NEVER),
                    _here(row, company),
                )
                for row in found
            ),
            place=_place(found, before, after),
            newer=query.address(before=_text(query, found[0])) if found and before else "",
            older=query.address(after=_text(query, found[-1])) if found and after else "",
            is_new=not found and _is_new(session, company.id),
            connected=bool(account_of(company)),
        )


def _page(session: Session, company: Company, query: CustomerQuery) -> tuple[list[Any], bool]:
    """The rows in the order of the list, and whether there are more in the direction asked for."""
    anchor, order = query.anchor, query.order
    values: dict[str, Any] = {"company_id": company.id}
    if order == "owed":
        values["currency"] = company.currency
    elif order == "oldest":
        values["day"] = today(company.time_zone)
    if anchor is not None:
        at = _at(session, company.id, anchor, order, bool(query.search))
        if at is None:
            return [], False
        values |= {"at": at, "tie": anchor.tie}
    kind, searched = narrowed(session, company.id, query.search, by_name=order == "name")
    if kind == "ids" and not searched["ids"]:
        return [], False
    values |= searched
    onward = anchor is None or anchor.onward
    statement = page_of_customers(order, onward, anchor is not None, kind)
    rows = list(session.connection().execute(statement, values))
    shown = rows[:PAGE]
    return (shown if onward else shown[::-1]), len(rows) > PAGE


def _at(
    session: Session, company_id: str, anchor: Anchor, order: str, searched: bool
) -> str | int | date | None:
    """What the list is sorted by, at the row from which on is read; None where it is gone."""
    if order == "name":
        # It may have been renamed since: where it stands now.
        key = {"company_id": company_id, "id": anchor.tie}
        stands = CALLED_OF if searched else WORDS_OF
        name: str | None = session.connection().execute(stands, key).scalar()
        return name
    if order == "owed":
        return int(anchor.at)
    return date.fromisoformat(anchor.at) if order == "oldest" else ""


def _text(query: CustomerQuery, row: Any) -> str:
    at = ""
    if query.order == "owed":
        at = str(int(row.sorted_by))
    elif query.order == "oldest":
        at = row.sorted_by.isoformat()
    return f"{at}_{row.tie}"


def _here(row: Any, company: Company) -> str:
    account = account_of(company)
    here = account and row.stripe_account_id == account
    return (row.stripe_customer_id or "") if here else ""


def _place(rows: list[Any], before: bool, after: bool) -> str:
    """What is on the page: how many, and from whom to whom where it is not all there are."""
    count = f"{len(rows):,} customer{'' if len(rows) == 1 else 's'}"
    if not (before or after) or len(rows) < 2:
        return count
    return f"{rows[0].name} to {rows[-1].name}"


def _is_new(session: Session, company_id: str) -> bool:
    one = select(_customer.c.id).where(_customer.c.company_id == company_id).limit(1)
    return session.connection().execute(one).first() is None
