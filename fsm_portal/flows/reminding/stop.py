"""Who is not to be reminded: paused by staff, or by the customer with the link in a reminder."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.reminder import ReminderPause
from fsm_portal.domain.role import May
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways import reminder_token
from fsm_portal.gateways.recent import recently

_pause = table_of(ReminderPause)


class CannotPause(Exception):
    """Why, in words for staff."""


@dataclass(frozen=True)
class PauseView:
    """Whether a customer is reminded; ``note`` says since when not, and through whom."""

    paused: bool = False
    note: str = ""


NOT_PAUSED = PauseView()


def pause_view(session: Session, company: Company, customer_id: str) -> PauseView:
    """As the customer's page shows it."""
    pause = session.get(ReminderPause, (company.id, customer_id))
    if pause is None:
        return NOT_PAUSED
    when = recently(pause.paused_at, company.time_zone, company.locale, now())
    if pause.staff_id is None:
        return PauseView(True, f"Stopped by the customer, {when}")
    return PauseView(
        True, f"Paused by {session.get_one(Staff, (company.id, pause.staff_id)).name}, {when}"
    )


def pause_reminders(who: Identity, customer_id: object) -> frozenset[str]:
    """Nobody reminds this customer from here on; topics to ring. Raises CannotPause."""
    return _change(who, customer_id, pausing=True)


def resume_reminders(who: Identity, customer_id: object) -> frozenset[str]:
    """The schedule means this customer again; topics to ring. Raises CannotPause."""
    return _change(who, customer_id, pausing=False)


def _change(who: Identity, customer_id: object, *, pausing: bool) -> frozenset[str]:
    if not who.may(May.EDIT_CUSTOMERS):
        raise CannotPause("Your role cannot change customers. Ask the office to do it.")
    with unit_of_work() as session:
        key = customer_id if isinstance(customer_id, str) and is_id(customer_id) else ""
        customer = session.get(Customer, (who.company_id, key))
        if customer is None:
            raise CannotPause("This customer does not exist.")
        if not _set(session, customer, who.person_id if pausing else None, pausing=pausing):
            return frozenset()
        deed = Deed.PAUSED_REMINDERS if pausing else Deed.RESUMED_REMINDERS
        write_down(session, who, deed, about="customer", about_id=customer.id, words=customer.name)
    return frozenset({company_topic(who.company_id)})


def _set(session: Session, customer: Customer, staff_id: str | None, *, pausing: bool) -> bool:
    """Whether that changes anything."""
    if pausing:
        values = {
            "company_id": customer.company_id,
            "customer_id": customer.id,
            "staff_id": staff_id,
            "paused_at": now(),
        }
        return insert_once(session, ReminderPause, values)
    gone = session.connection().execute(
        delete(_pause).where(
            _pause.c.company_id == customer.company_id, _pause.c.customer_id == customer.id
        )
    )
    return bool(gone.rowcount)


# ── By the customer, with what stands in every reminder ─────────────────────────────────────────


@dataclass(frozen=True)
class Stopping:
    """Whose reminders a link ends, and whether that has happened."""

    company: CompanyFrame
    paused: bool


def stop_address(customer: Customer) -> str:
    """The address that ends reminders to this customer, as long as their mail address is this."""
    token = reminder_token.sign(customer.company_id, customer.id, customer.email or "", _secret())
    return f"{settings().base_url}/reminders/{token}"


def look_at_stop(token: str) -> Stopping | None:
    """What the page of such a link says; None for a link that is not (any more) ours."""
    with reading() as session:
        customer = _customer(session, token)
        if customer is None:
            return None
        paused = session.get(ReminderPause, (customer.company_id, customer.id)) is not None
        company = session.get_one(Company, customer.company_id)
        return Stopping(company_frame(company), paused)


def stop_by_link(token: str, *, again: bool = False) -> tuple[Stopping | None, frozenset[str]]:
    """End reminders for whoever the link was made for, or begin them ``again``; and the topics to
    ring. Only what the customer ended by a link can be begun by one."""
    with unit_of_work() as session:
        customer = _customer(session, token)
        if customer is None:
            return None, frozenset()
        pause = session.get(ReminderPause, (customer.company_id, customer.id))
        is_theirs = pause is None or pause.staff_id is None
        if is_theirs:
            _set(session, customer, None, pausing=not again)
        company = session.get_one(Company, customer.company_id)
        stopping = Stopping(company_frame(company), paused=not again or not is_theirs)
    return stopping, frozenset({company_topic(company.id)})


def _customer(session: Session, token: str) -> Customer | None:
    named = reminder_token.read(token)
    if named is None:
        return None
    customer = session.get(Customer, (named.company_id, named.customer_id))
    if customer is None or not customer.email:
        return None
    return customer if reminder_token.is_genuine(token, customer.email, _secret()) else None


def _secret() -> str:
    return settings().secret_key.get_secret_value()
