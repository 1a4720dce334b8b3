"""Uses a link by its six digits, typed in the browser that asked for it.

A million codes are few. So a code is worth something in one browser only, for as long as its link,
for a handful of tries; and a person's codes all together for a few tries a day, however often
somebody asks for new ones.
"""

from datetime import timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import OFFERS_PORTAL
from fsm_portal.flows.login_links.accounts import Account
from fsm_portal.flows.login_links.look import choice_of
from fsm_portal.flows.login_links.use import SignedIn, chosen_account, open_session, take
from fsm_portal.gateways.tokens import hash_code, same_hash

_link = table_of(LoginLink)
_staff = table_of(Staff)
_company = table_of(Company)

MOST_TRIES = 5
# NIST SP 800-63B, 5.2.2, admits a hundred in a row.
MOST_TRIES_A_DAY = 20
_DAY = timedelta(days=1)


def use_code(
    browser_hash: str, code: str, user_agent: str, slug: str = "", account: str = ""
) -> SignedIn | list[Account] | None:
    """Consume the newest link that this browser asked for, if ``code`` is its code.

    Where it leaves a choice and no ``account`` (a key) is chosen yet, the accounts to choose among,
    and nothing is consumed. ``slug``: asked for at that company. None for anything else, and for
    each of them alike.
    """
    with unit_of_work() as session:
        link = _newest(session, browser_hash, slug)
        if link is None or not _may_try(session, link):
            return None
        secret = settings().secret_key.get_secret_value()
        typed = hash_code(code, link.token_hash, secret)
        if not same_hash(typed, link.code_hash or ""):
            return None
        _take_back_try(session, link)
        choice = choice_of(session, link, slug) if link.invoice_id is None else []
        if not account and len(choice) > 1:
            return choice
        chosen = chosen_account(session, link, account)
        if (account and chosen is None) or not take(session, link):
            return None
        return open_session(session, link, chosen, user_agent)


def _newest(session: Session, browser_hash: str, slug: str) -> LoginLink | None:
    """The link whose letter is the last that this browser asked for; a code of one before it is
    the code of another link."""
    row = (
        session.connection()
        .execute(
            select(_link.c.company_id, _link.c.id)
            .join(_company, _company.c.id == _link.c.company_id)
            .outerjoin(
                _staff,
                and_(_staff.c.company_id == _link.c.company_id, _staff.c.id == _link.c.staff_id),
            )
            .where(
                _link.c.browser_hash == browser_hash,
                _link.c.code_hash.is_not(None),
                _link.c.used_at.is_(None),
                _link.c.superseded_at.is_(None),
                _link.c.expires_at > now(),
                _staff.c.deactivated_at.is_(None),
                or_(_link.c.customer_id.is_(None), OFFERS_PORTAL),
                *([_company.c.slug == slug, _link.c.customer_id.is_not(None)] if slug else []),
            )
            .order_by(_link.c.created_at.desc(), _link.c.id.desc())
            .limit(1)
        )
        .first()
    )
    return session.get(LoginLink, (row.company_id, row.id)) if row is not None else None


def _may_try(session: Session, link: LoginLink) -> bool:
    """Count one more try, before anything is compared; whether there was one left."""
    connection = session.connection()
    counted = connection.execute(
        update(_link)
        .where(
            _link.c.company_id == link.company_id,
            _link.c.id == link.id,
            _link.c.code_tries < MOST_TRIES,
        )
        .values(code_tries=_link.c.code_tries + 1)
        .returning(_link.c.id)
    )
    if counted.first() is None:
        return False
    of_the_day = connection.execute(
        select(func.sum(_link.c.code_tries)).where(
            _link.c.company_id == link.company_id,
            # SQLAlchemy writes "== None" as IS NULL.
            _link.c.customer_id == link.customer_id,
            _link.c.staff_id == link.staff_id,
            _link.c.created_at > now() - _DAY,
        )
    )
    tries: int = of_the_day.scalar_one()
    return tries <= MOST_TRIES_A_DAY


def _take_back_try(session: Session, link: LoginLink) -> None:
    """The right code is no try: it comes a second time where there is a choice."""
    session.connection().execute(
        update(_link)
        .where(_link.c.company_id == link.company_id, _link.c.id == link.id)
        .values(code_tries=_link.c.code_tries - 1)
    )
