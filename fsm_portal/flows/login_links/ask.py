"""Asks for links by mail: for whoever an address belongs to, or afresh for an old link."""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.outbox import OutboxMessage, WorkKind, enqueue
from fsm_portal.flows.login_links.accounts import accounts_of
from fsm_portal.flows.login_links.look import find_link

_outbox = table_of(OutboxMessage)

# What can be caused to be mailed to one person, from one browser and from all (CASES 51): a
# stranger who keeps asking leaves room for the one whose address it is.
_MAILS_PER_BROWSER = 3
_MAILS_PER_WINDOW = 10
_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Asking:
    """The browser that asks: the hash of its cookie, and its name, such as Chrome on Windows."""

    browser_hash: str
    browser: str = ""


@dataclass(frozen=True)
class Choice:
    """Among which accounts of an address a link lets its reader choose: all, or those with the
    company of ``slug``."""

    slug: str = ""


def request_link(email: str, asking: Asking, slug: str = "") -> None:
    """Queue a link for whoever this address belongs to; with ``slug``, as that company's customer.

    One mail, however many accounts: which of them, is chosen when the link is opened. Says nothing
    about whether there was anybody.
    """
    with reading() as session:
        accounts = accounts_of(session, email, slug)
    # Where no portal is offered any more, the letter says whom to ask: each company's its own.
    asked_for = [one for one in accounts if one.is_open][:1] or accounts
    with unit_of_work() as session:
        for account in asked_for:
            _queue(
                session,
                account.company_id,
                asking,
                staff_id=account.staff_id,
                customer_id=account.customer_id,
                choice=Choice(slug),
            )


def send_fresh_link(token: str, asking: Asking, choice: Choice | None = None) -> None:
    """Queue a fresh link in place of an old one, to the same address. Unknown tokens: nothing."""
    with unit_of_work() as session:
        link = find_link(session, token)
        if link is not None:
            _queue(
                session,
                link.company_id,
                asking,
                staff_id=link.staff_id,
                customer_id=link.customer_id,
                invoice_id=link.invoice_id,
                choice=choice,
            )


def _queue(
    session: Session,
    company_id: str,
    asking: Asking,
    *,
    staff_id: str | None,
    customer_id: str | None,
    invoice_id: str | None = None,
    choice: Choice | None = None,
) -> None:
    person = staff_id or customer_id or ""
    # One key per place in the window: the eleventh request of a window finds all keys taken.
    window = int(now().timestamp() // _WINDOW.total_seconds())
    places = [f"sign-in:{person}:{window}:{place}" for place in range(_MAILS_PER_WINDOW)]
    letter = {
        "staff_id": staff_id,
        "customer_id": customer_id,
        "invoice_id": invoice_id,
        "browser_hash": asking.browser_hash,
        "browser": asking.browser,
        "choose_at": None if choice is None else choice.slug,
    }
    asked = session.connection().execute(
        select(_outbox.c.payload, _outbox.c.settled_at).where(
            _outbox.c.company_id == company_id, _outbox.c.key.in_(places)
        )
    )
    earlier = [(json.loads(payload), settled_at) for payload, settled_at in asked]
    if any(one == letter and settled_at is None for one, settled_at in earlier):
        # A double click: the letter has not left yet, and its link is made when it does.
        return
    browsers = [one.get("browser_hash") for one, _ in earlier]
    if browsers.count(asking.browser_hash) >= _MAILS_PER_BROWSER:
        return
    for place in places:
        if enqueue(session, company_id, WorkKind.SIGN_IN_MAIL, place, letter):
            return
