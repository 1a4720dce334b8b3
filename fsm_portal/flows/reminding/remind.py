"""Send reminder: staff remind a customer of one invoice, now."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.reminder import Reminder
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic, invoice_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.send_invoice import CannotSend
from fsm_portal.flows.reminding.put_in_post import put_in_post
from fsm_portal.flows.reminding.quiet import why_quiet

_reminder = table_of(Reminder)

# A second press within so long is the same thought.
_JUST_NOW = timedelta(minutes=10)


class CannotRemind(CannotSend):
    """Why nobody is reminded of this invoice, in words for staff."""


def remind_of_invoice(who: Identity, invoice_id: object) -> tuple[str, frozenset[str]]:
    """Put a reminder of the invoice in the post; the address it goes to, and the topics to ring.

    Raises CannotRemind; an invoice of another company is no different from none.
    """
    if not who.may(May.SEND_INVOICES):
        raise CannotRemind("Your role cannot send reminders. Ask the office to do it.")
    with unit_of_work() as session:
        return remind_in(session, who, invoice_id)


def remind_in(session: Session, who: Identity, invoice_id: object) -> tuple[str, frozenset[str]]:
    """The same within a unit of work of the caller's, who has asked whether ``who`` may."""
    invoice = None
    if isinstance(invoice_id, str) and is_id(invoice_id):
        # For one at a time: whoever presses twice is told of the first.
        key = (who.company_id, invoice_id)
        invoice = session.get(Invoice, key, with_for_update={"key_share": True})
    if invoice is None:
        raise CannotRemind("This invoice does not exist.")
    company = session.get_one(Company, who.company_id)
    if why := why_quiet(session, company, [invoice])[invoice.id]:
        raise CannotRemind(why)
    if (email := _just_reminded(session, invoice)) is not None:
        raise CannotRemind(f"{email} was reminded a moment ago.")
    customer = session.get_one(Customer, (who.company_id, invoice.customer_id))
    email = customer.email or ""
    put_in_post(session, who.company_id, invoice.id, new_id(), email, who.person_id)
    write_down(
        session,
        who,
        Deed.SENT_REMINDER,
        about="invoice",
        about_id=invoice.id,
        words=f"{invoice.number} to {email}",
    )
    topics = {company_topic(who.company_id), invoice_topic(who.company_id, invoice.id)}
    return email, frozenset(topics)


def _just_reminded(session: Session, invoice: Invoice) -> str | None:
    found: str | None = (
        session.connection()
        .execute(
            select(_reminder.c.email)
            .where(
                _reminder.c.company_id == invoice.company_id,
                _reminder.c.invoice_id == invoice.id,
                _reminder.c.queued_at > now() - _JUST_NOW,
                _reminder.c.left_out == "",
            )
            .limit(1)
        )
        .scalar()
    )
    return found
