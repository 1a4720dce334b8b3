"""Looks at a link: who would be signed in where, and whether it still can be used."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.staff import Staff
from fsm_portal.gateways.tokens import hash_token

_link = table_of(LoginLink)


class LinkState(StrEnum):
    """What a link is good for now."""

    READY = "ready"
    USED = "used"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    OTHER_BROWSER = "other_browser"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LinkView:
    """What the page of a link says: who would be signed in where, and what it leads to."""

    state: LinkState
    company_name: str = ""
    person_name: str = ""
    email: str = ""
    company_id: str = ""
    person_id: str = ""
    audience: str = ""
    path: str = ""


def look_at_link(token: str, browser: str | None) -> LinkView:
    """What the link's page says. Changes nothing. ``browser`` is this browser's own cookie."""
    with reading() as session:
        link = find_link(session, token)
        if link is None:
            return LinkView(LinkState.UNKNOWN)
        company = session.get_one(Company, link.company_id)
        name, email = _person(session, link)
        person_id = link.staff_id or link.customer_id or ""
        audience = "staff" if link.staff_id else "customer"
        return LinkView(
            state_of(link, browser),
            company.name,
            name,
            email,
            link.company_id,
            person_id,
            audience,
            landing(link),
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


def state_of(link: LoginLink, browser: str | None) -> LinkState:
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


def _person(session: Session, link: LoginLink) -> tuple[str, str]:
    """Name and email of whom the link is for."""
    if link.staff_id is not None:
        staff = session.get_one(Staff, (link.company_id, link.staff_id))
        return staff.name, staff.email
    customer = session.get_one(Customer, (link.company_id, link.customer_id))
    return customer.name, customer.email or ""


def landing(link: LoginLink) -> str:
    if link.staff_id is not None:
        return "/dashboard/"
    return f"/portal/invoices/{link.invoice_id}/" if link.invoice_id else "/portal/"
