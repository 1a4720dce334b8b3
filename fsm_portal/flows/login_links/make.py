"""Makes links: for a letter about to leave, or for the operator at the command line."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Update, bindparam, insert, update
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.flows.login_links.accounts import Account, find_people
from fsm_portal.gateways.tokens import hash_code, hash_token, new_link_token

_link = table_of(LoginLink)
_INSERT = insert(_link)


def make_link(
    session: Session,
    *,
    company_id: str,
    purpose: Purpose,
    staff_id: str | None = None,
    customer_id: str | None = None,
    invoice_id: str | None = None,
    browser_hash: str | None = None,
    code: str | None = None,
    lifetime: timedelta | None = None,
) -> tuple[str, datetime]:
    """Make a link for one person; returns its address and its end (UTC).

    A newer link of the same purpose takes the place of an unused older one; one that was asked
    for, only of those asked for in the same browser. Without a ``lifetime`` the settings' own for
    the purpose holds. ``code`` is what may be typed in that browser instead of opening the link.
    """
    moment = now()
    config = settings()
    if lifetime is None:
        lifetime = (
            timedelta(hours=config.invoice_link_hours)
            if purpose in (Purpose.INVOICE, Purpose.REMINDER, Purpose.WELCOME, Purpose.TEAM)
            else timedelta(minutes=config.requested_link_minutes)
        )
    whose = {"staff_id": staff_id, "customer_id": customer_id, "invoice_id": invoice_id}
    if purpose is Purpose.REQUESTED:
        # Whoever only knows an address must not end the link its owner asked for.
        whose["browser_hash"] = browser_hash
    connection = session.connection()
    connection.execute(
        _supersede(frozenset(whose), frozenset(name for name in whose if whose[name] is None)),
        {f"its_{name}": value for name, value in whose.items() if value is not None}
        | {"its_company_id": company_id, "its_purpose": purpose, "moment": moment},
    )
    token = new_link_token()
    token_hash = hash_token(token)
    secret = config.secret_key.get_secret_value()
    connection.execute(
        _INSERT,
        {
            "company_id": company_id,
            "id": new_id(),
            "token_hash": token_hash,
            "purpose": purpose,
            "staff_id": staff_id,
            "customer_id": customer_id,
            "invoice_id": invoice_id,
            "browser_hash": browser_hash,
            "code_hash": hash_code(code, token_hash, secret) if code and browser_hash else None,
            "code_tries": 0,
            "created_at": moment,
            "expires_at": moment + lifetime,
        },
    )
    return f"{config.base_url}/sign-in/{token}", moment + lifetime


@cache
def _supersede(names: frozenset[str], missing: frozenset[str]) -> Update:
    """Made once for each kind of link: writing a statement costs more than running it."""
    whose = [
        _link.c[name].is_(None) if name in missing else _link.c[name] == bindparam(f"its_{name}")
        for name in sorted(names)
    ]
    return (
        update(_link)
        .where(
            _link.c.company_id == bindparam("its_company_id"),
            _link.c.purpose == bindparam("its_purpose", type_=_link.c.purpose.type),
            *whose,
            _link.c.used_at.is_(None),
            _link.c.superseded_at.is_(None),
        )
        .values(superseded_at=bindparam("moment"))
    )


def link_of_choice(session: Session, proof: LoginLink, account: Account) -> LoginLink:
    """The link for another account of the mailbox that ``proof`` was mailed to: used at once.

    Its token is nobody's. Every session has a link of its own (CASES, G), and this one tells
    through whom it came about: it is asked for in the same browser.
    """
    moment = now()
    link = LoginLink(
        company_id=account.company_id,
        token_hash=hash_token(new_link_token()),
        purpose=Purpose.REQUESTED,
        staff_id=account.staff_id,
        customer_id=account.customer_id,
        browser_hash=proof.browser_hash,
        created_at=moment,
        expires_at=moment,
        used_at=moment,
    )
    session.add(link)
    session.flush()
    return link


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
