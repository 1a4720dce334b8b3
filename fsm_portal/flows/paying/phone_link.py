"""From the desk to the phone: a link that opens an invoice there, for the same customer.

Whoever scans a code off a screen is not signed in on that phone. The code holds a sign-in link of
its own, which works once and for a few minutes, and the phone asks before it signs anybody in.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import bindparam, func, select, update

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoices.invoice_document import may_see
from fsm_portal.flows.login_links import make_link
from fsm_portal.gateways.tokens import hash_token

LIFETIME = timedelta(minutes=10)
# In that time: whoever presses more often than this is no person.
_MOST = 20

_link = table_of(LoginLink)
_RECENT = select(func.count()).where(
    _link.c.company_id == bindparam("company_id"),
    _link.c.customer_id == bindparam("customer_id"),
    _link.c.purpose == Purpose.REQUESTED,
    _link.c.browser_hash.is_(None),
    _link.c.created_at > bindparam("since"),
)
_BY_HASH = select(_link.c.used_at, _link.c.superseded_at, _link.c.expires_at).where(
    _link.c.token_hash == bindparam("token_hash")
)


@dataclass(frozen=True)
class PhoneLink:
    """``address`` signs in whoever opens it; ``token_hash`` only finds it again."""

    address: str
    token_hash: str


def make_phone_link(who: Identity, invoice_id: str) -> PhoneLink | None:
    """A fresh link to one of the customer's own invoices, in place of an earlier one.

    None for anybody else's invoice, as for a missing one, and for who asks without end.
    """
    if who.audience != "customer" or not is_id(invoice_id):
        return None
    key = {
        "company_id": who.company_id,
        "customer_id": who.person_id,
        "since": now() - LIFETIME,
    }
    with unit_of_work() as session:
        invoice = session.get(Invoice, (who.company_id, invoice_id))
        company = session.get_one(Company, who.company_id)
        if invoice is None or not may_see(who.scope, invoice) or not company.offers_portal:
            return None
        if session.connection().execute(_RECENT, key).scalar_one() >= _MOST:
            return None
        address, _ = make_link(
            session,
            company_id=who.company_id,
            # Asked for in no particular browser: it is opened in another one.
            purpose=Purpose.REQUESTED,
            customer_id=who.person_id,
            invoice_id=invoice.id,
            lifetime=LIFETIME,
        )
    return PhoneLink(address, hash_token(address.rpartition("/")[2]))


def end_phone_link(token_hash: str) -> None:
    """Nobody can use it any more: who asked for it has signed out."""
    with unit_of_work() as session:
        session.connection().execute(
            update(_link)
            .where(
                _link.c.token_hash == token_hash,
                _link.c.used_at.is_(None),
                _link.c.superseded_at.is_(None),
            )
            .values(superseded_at=now())
        )


def phone_link_state(token_hash: str) -> Literal["ready", "used", "over"]:
    """What became of it."""
    with reading() as session:
        link = session.connection().execute(_BY_HASH, {"token_hash": token_hash}).first()
    if link is not None and link.used_at is not None:
        return "used"
    if link is None or link.superseded_at is not None or link.expires_at <= now():
        return "over"
    return "ready"
