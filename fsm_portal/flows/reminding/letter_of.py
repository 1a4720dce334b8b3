"""What a reminder says of an invoice: the same for the letter that leaves and for its preview."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.mail_text import TextKind
from fsm_portal.flows.mailing.post_office import first_letter_about, own_words
from fsm_portal.gateways.reminder_letters import InvoiceReminder

_TEXT = {
    "soon": TextKind.REMINDER_SOON,
    "today": TextKind.REMINDER_TODAY,
    "late": TextKind.REMINDER_LATE,
}


def reminder_of(
    session: Session,
    company: Company,
    customer: Customer,
    invoice: Invoice,
    *,
    key: str,
    days: int,
    language: str,
    link: str,
    link_valid_until: datetime,
    stop: str,
) -> InvoiceReminder:
    """The reminder ``days`` after the due date, with what is due now, begun as the company begins
    it in ``language``. ``link`` is empty where there is no portal to pay in."""
    facts = InvoiceReminder(
        key=key,
        invoice_id=invoice.id,
        number=invoice.number,
        customer_name=customer.name,
        total=invoice.total,
        amount_due=invoice_balances(session, company.id, [invoice.id])[invoice.id].due,
        currency=invoice.currency,
        due_on=invoice.due_date,
        days=days,
        link=link,
        link_valid_until=link_valid_until,
        stop=stop,
        phone=company.phone,
        follows=first_letter_about(session, company.id, invoice.id),
    )
    return replace(facts, opening=own_words(session, company.id, _TEXT[facts.step], language))
