"""Where to look in the demo: ready sign-in links for one staff member and one customer."""

from datetime import timedelta
from typing import TypedDict

from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.demo.seed import CUSTOMER_EMAIL, STAFF_EMAIL
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.login_links import operator_links

# A demo is looked at for a day; links that people ask for live ten minutes.
GOOD_FOR = timedelta(hours=12)


class StaffLinks(TypedDict):
    email: str
    login_url: str


class CustomerLinks(StaffLinks):
    invoice_url: str


def staff_links() -> StaffLinks:
    """A fresh link for Maya, the owner."""
    return {"email": STAFF_EMAIL, "login_url": _link(STAFF_EMAIL)}


def customer_links() -> CustomerLinks:
    """A fresh link for Dana at Harbor View, and the address of her newest invoice."""
    with reading() as session:
        invoice = session.exec(
            select(Invoice)
            .where(
                Customer.email == CUSTOMER_EMAIL,
                Invoice.company_id == Customer.company_id,
                Invoice.customer_id == Customer.id,
                Invoice.issued_at.is_not(None),  # type: ignore[union-attr]
            )
            .order_by(Invoice.issue_date.desc(), Invoice.number.desc())  # type: ignore[attr-defined]
        ).first()
    if invoice is None:
        raise RuntimeError("the demo's database lacks its cast; remove its folder and start again")
    return {
        "email": CUSTOMER_EMAIL,
        "login_url": _link(CUSTOMER_EMAIL),
        "invoice_url": f"{settings().base_url}/portal/invoices/{invoice.id}/",
    }


def _link(email: str) -> str:
    return operator_links(email, None, GOOD_FOR)[0][1]
