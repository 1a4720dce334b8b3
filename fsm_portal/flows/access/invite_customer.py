"""Invites a customer to the portal, or mails them a link because they asked the office for one."""

from datetime import timedelta
from typing import Literal

from sqlalchemy import exists
from sqlmodel import Session, select

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.role import May
from fsm_portal.domain.session import LoginSession
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.login_links import accounts_of

_session = table_of(LoginSession)

# What staff may mail a customer: nothing, an invitation, or a link to one who has been in.
PortalLetter = Literal["", "invite", "link"]

# The second press of a button within so long is no second letter.
_AGAIN_AFTER = timedelta(minutes=5)


class CannotInvite(Exception):
    """Why no letter leaves, in words for staff."""


def portal_letter(session: Session, company: Company, customer: Customer) -> PortalLetter:
    """Which letter there is for this customer."""
    if not company.offers_portal or not customer.email:
        return ""
    been_in = session.connection().execute(
        exists()
        .where(_session.c.company_id == company.id, _session.c.customer_id == customer.id)
        .select()
    )
    return "link" if been_in.scalar_one() else "invite"


def invite_customer(who: Identity, customer_id: str) -> str:
    """Queue the invitation of a customer; the address that it goes to.

    Raises CannotInvite; a customer of another company is no different from none.
    """
    return _letter(who, customer_id, WorkKind.WELCOME_MAIL)


def send_sign_in_link(who: Identity, customer_id: str) -> str:
    """Queue a link for a customer who has asked the office for one; the address that it goes to.

    It is good for as long as one that they ask for themselves, in any browser. Raises CannotInvite
    as ``invite_customer`` does.
    """
    return _letter(who, customer_id, WorkKind.SIGN_IN_MAIL)


def invite_by_address(email: str, slug: str = "") -> list[str]:
    """For the operator: queue the invitation of every customer with this address, or of those with
    the company of ``slug``; the companies that invite. Raises CannotInvite."""
    with unit_of_work() as session:
        found = [one for one in accounts_of(session, email, slug) if one.customer_id is not None]
        if not found:
            raise CannotInvite(f"No customer has the address {email}.")
        for one in found:
            company = session.get_one(Company, one.company_id)
            customer = session.get_one(Customer, (one.company_id, one.customer_id))
            _queue(session, company, customer, WorkKind.WELCOME_MAIL)
        return list(dict.fromkeys(one.company.name for one in found))


def _letter(who: Identity, customer_id: str, kind: WorkKind) -> str:
    if not who.may(May.EDIT_CUSTOMERS):
        raise CannotInvite("Your role cannot invite customers. Ask the office to do it.")
    with unit_of_work() as session:
        customer = session.exec(
            select(Customer).where(
                Customer.company_id == who.company_id,
                Customer.id == (customer_id if is_id(customer_id) else ""),
            )
        ).first()
        if customer is None:
            raise CannotInvite("This customer does not exist.")
        address = _queue(session, session.get_one(Company, who.company_id), customer, kind)
        invited = kind is WorkKind.WELCOME_MAIL
        write_down(
            session,
            who,
            Deed.INVITED_CUSTOMER if invited else Deed.SENT_LINK,
            about="customer",
            about_id=customer.id,
            words=f"{customer.name}, {address}",
        )
        return address


def _queue(session: Session, company: Company, customer: Customer, kind: WorkKind) -> str:
    if not company.offers_portal:
        raise CannotInvite(
            f"{company.name} offers no customer portal: it is switched off, or not in the plan."
        )
    if not customer.email:
        raise CannotInvite(f"{customer.name} has no email address yet.")
    window = int(now().timestamp() // _AGAIN_AFTER.total_seconds())
    key = f"{kind.value}:{customer.id}:{window}"
    payload = {"customer_id": customer.id, "staff_id": None}
    if not enqueue(session, company.id, kind, key, payload):
        raise CannotInvite(f"{customer.name} was sent this a moment ago.")
    return customer.email
