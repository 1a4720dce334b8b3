"""People of the cast, signed in as they are in life: by a link that is used once."""

from datetime import timedelta

from fsm_portal.db import unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import cookie_name
from fsm_portal.flows.login_links import SignedIn, make_link, use_link


def session_cookie(person: Customer | Staff) -> str:
    """The Cookie header of a browser in which ``person`` has just signed in."""
    is_staff = isinstance(person, Staff)
    with unit_of_work() as session:
        address, _ = make_link(
            session,
            company_id=person.company_id,
            purpose=Purpose.OPERATOR,
            staff_id=person.id if is_staff else None,
            customer_id=None if is_staff else person.id,
            lifetime=timedelta(hours=1),
        )
    signed_in = use_link(address.rpartition("/")[2], None, "a test")
    assert isinstance(signed_in, SignedIn)
    return f"{cookie_name(signed_in.audience)}={signed_in.cookie}"
