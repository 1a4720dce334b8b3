"""Login links: made, looked at, used once.

A link is a 256-bit random token; only its hash is stored. Looking changes nothing, so a mail
scanner that opens it ten times spends nothing.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from sqlalchemy import func, select, update
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.outbox import OutboxMessage, enqueue
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.gateways.tokens import hash_token, new_link_token, sign_session

_link = table_of(LoginLink)
_outbox = table_of(OutboxMessage)


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
    """What the page of a link says: who would be signed in where."""

    state: LinkState
    company_name: str = ""
    person_name: str = ""
    email: str = ""
    person_id: str = ""
    audience: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: whose face it is for, the cookie's value, when it ends, where to go."""

    audience: Literal["staff", "customer"]
    cookie: str
    expires_at: datetime
    path: str


def make_link(
    session: Session,
    *,
    company_id: str,
    purpose: Purpose,
    staff_id: str | None = None,
    customer_id: str | None = None,
    invoice_id: str | None = None,
    browser_hash: str | None = None,
    lifetime: timedelta | None = None,
) -> tuple[str, datetime]:
    """Make a link for one person; returns its address and its end (UTC).

    A newer link of the same purpose takes the place of an unused older one; one that was asked
    for, only of those asked for in the same browser. Without a ``lifetime`` the settings' own for
    the purpose holds.
    """
    moment = now()
    config = settings()
    if lifetime is None:
        lifetime = (
            timedelta(hours=config.invoice_link_hours)
            if purpose is Purpose.INVOICE
            else timedelta(minutes=config.requested_link_minutes)
        )
    session.connection().execute(
        update(_link)
        .where(
            _link.c.company_id == company_id,
            _link.c.purpose == purpose,
            # SQLAlchemy writes "== None" as IS NULL.
            _link.c.staff_id == staff_id,
            _link.c.customer_id == customer_id,
            _link.c.invoice_id == invoice_id,
            _link.c.used_at.is_(None),
            _link.c.superseded_at.is_(None),
            # Whoever only knows an address must not end the link its owner asked for.
            *([_link.c.browser_hash == browser_hash] if purpose is Purpose.REQUESTED else []),
        )
        .values(superseded_at=moment)
    )
    token = new_link_token()
    session.add(
        LoginLink(
            company_id=company_id,
            token_hash=hash_token(token),
            purpose=purpose,
            staff_id=staff_id,
            customer_id=customer_id,
            invoice_id=invoice_id,
            browser_hash=browser_hash,
            created_at=moment,
            expires_at=moment + lifetime,
        )
    )
    session.flush()
    return f"{config.base_url}/sign-in/{token}", moment + lifetime


def look_at_link(token: str, browser: str | None) -> LinkView:
    """What the link's page says. Changes nothing. ``browser`` is this browser's own cookie."""
    with reading() as session:
        link = _find(session, token)
        if link is None:
            return LinkView(LinkState.UNKNOWN)
        company = session.get_one(Company, link.company_id)
        name, email = _person(session, link)
        person_id = link.staff_id or link.customer_id or ""
        audience = "staff" if link.staff_id else "customer"
        return LinkView(_state(link, browser), company.name, name, email, person_id, audience)


def use_link(token: str, browser: str | None, user_agent: str) -> SignedIn | LinkState:
    """Consume the link and open its one session, atomically; or why it cannot be used."""
    moment = now()
    with unit_of_work() as session:
        link = _find(session, token)
        if link is None:
            return LinkState.UNKNOWN
        state = _state(link, browser)
        if state is not LinkState.READY:
            return state
        taken = session.connection().execute(
            update(_link)
            .where(
                _link.c.company_id == link.company_id,
                _link.c.id == link.id,
                _link.c.used_at.is_(None),
                # Asked again: what was read above may be over by now.
                _link.c.superseded_at.is_(None),
                _link.c.expires_at > moment,
            )
            .values(used_at=moment)
            .returning(_link.c.id)
        )
        if taken.first() is None:
            session.refresh(link)
            return LinkState.SUPERSEDED if link.superseded_at is not None else LinkState.USED
        ends = moment + timedelta(days=settings().session_days)
        login = LoginSession(
            company_id=link.company_id,
            link_id=link.id,
            staff_id=link.staff_id,
            customer_id=link.customer_id,
            user_agent=user_agent[:300],
            created_at=moment,
            expires_at=ends,
        )
        session.add(login)
        session.flush()
        audience: Literal["staff", "customer"] = "staff" if link.staff_id else "customer"
        cookie = sign_session(
            login.id, link.company_id, audience, ends, settings().secret_key.get_secret_value()
        )
        return SignedIn(audience, cookie, ends, _landing(link))


def end_session(company_id: str, session_id: str) -> None:
    """Sign out: the row ends, and with it every tab of the session."""
    with unit_of_work() as session:
        row = session.get(LoginSession, (company_id, session_id))
        if row is not None and row.ended_at is None:
            row.ended_at = now()
            session.add(row)


def send_fresh_link(token: str, browser_hash: str) -> None:
    """Queue a fresh link in place of an old one, to the same address. Unknown tokens: nothing."""
    with unit_of_work() as session:
        link = _find(session, token)
        if link is not None:
            _queue(
                session,
                link.company_id,
                browser_hash,
                staff_id=link.staff_id,
                customer_id=link.customer_id,
                invoice_id=link.invoice_id,
            )


def request_links(email: str, browser_hash: str) -> None:
    """Queue a link for everybody this address belongs to. Says nothing about whether it did."""
    people = find_people(email)
    with unit_of_work() as session:
        for company_id, staff_id, customer_id in people:
            _queue(session, company_id, browser_hash, staff_id=staff_id, customer_id=customer_id)


# What can be caused to be mailed to one person, from one browser and from all (CASES 51): a
# stranger who keeps asking leaves room for the one whose address it is.
_MAILS_PER_BROWSER = 3
_MAILS_PER_WINDOW = 10
_WINDOW = timedelta(minutes=10)


def _queue(
    session: Session,
    company_id: str,
    browser_hash: str,
    *,
    staff_id: str | None = None,
    customer_id: str | None = None,
    invoice_id: str | None = None,
) -> None:
    person = staff_id or customer_id or ""
    # One key per place in the window: the eleventh request of a window finds all keys taken.
    window = int(now().timestamp() // _WINDOW.total_seconds())
    places = [f"sign-in:{person}:{window}:{place}" for place in range(_MAILS_PER_WINDOW)]
    asked = session.connection().execute(
        select(_outbox.c.payload).where(
            _outbox.c.company_id == company_id, _outbox.c.key.in_(places)
        )
    )
    browsers = [json.loads(payload).get("browser_hash") for payload in asked.scalars()]
    if browsers.count(browser_hash) >= _MAILS_PER_BROWSER:
        return
    for place in places:
        queued = enqueue(
            session,
            company_id,
            "sign_in_mail",
            place,
            {
                "staff_id": staff_id,
                "customer_id": customer_id,
                "invoice_id": invoice_id,
                "browser_hash": browser_hash,
            },
        )
        if queued:
            return


def find_people(email: str) -> list[tuple[str, str | None, str | None]]:
    """``(company_id, staff_id, customer_id)`` of everybody with this address."""
    wanted = email.strip().lower()
    if not wanted.isprintable():
        # Nobody's; and PostgreSQL raises for a NUL in it.
        return []
    with reading() as session:
        staff, customer = table_of(Staff).c, table_of(Customer).c
        connection = session.connection()
        found: list[tuple[str, str | None, str | None]] = [
            (row.company_id, row.id, None)
            for row in connection.execute(
                select(staff.company_id, staff.id).where(
                    func.lower(staff.email) == wanted, staff.deactivated_at.is_(None)
                )
            )
        ]
        found += [
            (row.company_id, None, row.id)
            for row in connection.execute(
                select(customer.company_id, customer.id).where(func.lower(customer.email) == wanted)
            )
        ]
        return found


def _find(session: Session, token: str) -> LoginLink | None:
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


def _state(link: LoginLink, browser: str | None) -> LinkState:
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


def _landing(link: LoginLink) -> str:
    if link.staff_id is not None:
        return "/dashboard/"
    return f"/portal/invoices/{link.invoice_id}/" if link.invoice_id else "/portal/"


def operator_links(
    email: str, company_slug: str | None, lifetime: timedelta
) -> list[tuple[str, str]]:
    """``(company and audience, address)`` of a fresh link for everybody with this address."""
    made = []
    for company_id, staff_id, customer_id in find_people(email):
        with unit_of_work() as session:
            company = session.get_one(Company, company_id)
            if company_slug is not None and company.slug != company_slug:
                continue
            address, _ = make_link(
                session,
                company_id=company_id,
                purpose=Purpose.OPERATOR,
                staff_id=staff_id,
                customer_id=customer_id,
                lifetime=lifetime,
            )
            made.append((f"{company.name}, {'staff' if staff_id else 'customer'}", address))
    return made
