"""Looks at a link: who would be signed in where, and whether it still can be used."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.login_links.accounts import Account, accounts_of
from fsm_portal.flows.signing_up.setup import NO_SETUP, setup_of
from fsm_portal.gateways.tokens import hash_token

_link = table_of(LoginLink)

# "Check your account information", before anything else.
WELCOME = "/dashboard/welcome/"


class LinkState(StrEnum):
    """What a link is good for now."""

    READY = "ready"
    USED = "used"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    OTHER_BROWSER = "other_browser"
    # Its company offers its customers no portal (any more).
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LinkView:
    """What the page of a link says: who would be signed in where, and what it leads to.

    ``asked_for``: in a browser, so that its letter has a code. ``accounts`` are those among which
    its reader may choose, where a choice was asked for.
    """

    state: LinkState
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person_name: str = ""
    email: str = ""
    company_id: str = ""
    person_id: str = ""
    audience: str = ""
    path: str = ""
    asked_for: bool = False
    accounts: Sequence[Account] = ()


def look_at_link(token: str, browser: str | None, choose_at: str | None = None) -> LinkView:
    """What the link's page says. Changes nothing. ``browser`` is this browser's own cookie.

    ``choose_at`` asks for the accounts to choose among: all of the address, or the customers of
    one company's slug.
    """
    with reading() as session:
        link = find_link(session, token)
        if link is None:
            return LinkView(LinkState.UNKNOWN)
        company = session.get_one(Company, link.company_id)
        name, email = person_of(session, link)
        state = state_of(link, browser, company)
        accounts: list[Account] = []
        if choose_at is not None and state is LinkState.READY:
            accounts = choice_of(session, link, choose_at)
        return LinkView(
            state=state,
            company=company_frame(company),
            person_name=name,
            email=email,
            company_id=link.company_id,
            person_id=link.staff_id or link.customer_id or "",
            audience="staff" if link.staff_id else "customer",
            path=landing(session, link),
            asked_for=proves_mailbox(link),
            accounts=accounts,
        )


def find_link(session: Session, token: str) -> LoginLink | None:
    """The link with this token; a link of a deactivated member of staff is none."""
    staff = table_of(Staff)
    row = (
        session.connection()
        .execute(
            select(_link.c.company_id, _link.c.id)
            .outerjoin(
                staff,
                (staff.c.company_id == _link.c.company_id) & (staff.c.id == _link.c.staff_id),
            )
            .where(_link.c.token_hash == hash_token(token), staff.c.deactivated_at.is_(None))
        )
        .first()
    )
    return session.get(LoginLink, (row.company_id, row.id)) if row is not None else None


def state_of(link: LoginLink, browser: str | None, company: Company) -> LinkState:
    if link.customer_id is not None and not company.offers_portal:
        return LinkState.CLOSED
    if link.used_at is not None:
        return LinkState.USED
    if link.superseded_at is not None:
        return LinkState.SUPERSEDED
    if now() >= link.expires_at:
        return LinkState.EXPIRED
    if link.browser_hash is not None and (
        browser is None or hash_token(browser) != link.browser_hash
    ):
        return LinkState.OTHER_BROWSER
    return LinkState.READY


def proves_mailbox(link: LoginLink) -> bool:
    """Whether who uses the link has asked for it and reads the mailbox it went to.

    An invoice's mail is passed on to a bookkeeper, an operator's link is handed over: they are
    good for the one account that they are for, and for no other of the same address.
    """
    return link.purpose is Purpose.REQUESTED and link.browser_hash is not None


def choice_of(session: Session, link: LoginLink, slug: str = "") -> list[Account]:
    """The accounts that may be chosen with a link: its own mailbox's that have something to
    come to; none where the link does not prove the mailbox."""
    if not proves_mailbox(link):
        return []
    _, email = person_of(session, link)
    return [one for one in accounts_of(session, email, slug) if one.is_open]


def person_of(session: Session, link: LoginLink) -> tuple[str, str]:
    """Name and email of whom the link is for."""
    if link.staff_id is not None:
        staff = session.get_one(Staff, (link.company_id, link.staff_id))
        return staff.name, staff.email
    customer = session.get_one(Customer, (link.company_id, link.customer_id))
    return customer.name, customer.email or ""


def landing(session: Session, link: LoginLink) -> str:
    """Where it leads: an owner who has just signed up first to what is known about the company."""
    if link.staff_id is not None:
        company = session.get_one(Company, link.company_id)
        setup = NO_SETUP if company.signed_up_at is None else setup_of(session, company)
        return WELCOME if setup.active and "company" not in setup.done else "/dashboard/"
    return f"/portal/invoices/{link.invoice_id}/" if link.invoice_id else "/portal/"
