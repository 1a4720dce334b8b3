"""Send: a draft is issued, and a letter with the invoice goes into the outbox."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.email import is_email, same_address
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery, InvoiceTax
from fsm_portal.domain.invoice_posting import postings_for_invoice
from fsm_portal.domain.ledger import post
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic, customer_topic, invoice_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.customers.edit_customer import change_address
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.mailing.letter_progress import letter_key
from fsm_portal.flows.payments.under_dispute import disputed_among


class CannotSend(Exception):
    """Why this invoice cannot be sent, in words for staff."""


def send_invoice(
    who: Identity, invoice_id: str, email: str | None = None
) -> tuple[str, frozenset[str]]:
    """Issue the invoice if it is a draft and queue its letter.

    ``email``, where given, becomes the customer's address; what was opened through another one
    ends. Returns the address it goes to and the topics to ring. Raises CannotSend; an invoice of
    another company is no different from none.
    """
    if not who.may(May.SEND_INVOICES):
        raise CannotSend("Your role cannot send invoices. Ask the office to send it.")
    with unit_of_work() as session:
        return send_in(session, who, invoice_id, email)


def send_in(
    session: Session, who: Identity, invoice_id: str, email: str | None = None
) -> tuple[str, frozenset[str]]:
    """The same within a unit of work of the caller's, who has asked whether ``who`` may."""
    holding = _hold_customer(session, who.company_id, invoice_id) if email is not None else None
    invoice = _locked(session, who.company_id, invoice_id)
    if invoice is None:
        raise CannotSend("This invoice does not exist.")
    if holding not in (None, invoice.customer_id):
        raise CannotSend("Somebody has just given this draft to another customer. Look at it anew.")
    if invoice.voided_at is not None:
        raise CannotSend("This invoice is void and cannot be sent.")
    if disputed_among(session, who.company_id, [invoice.id]):
        raise CannotSend(
            "The customer’s bank is disputing a payment of this invoice. Until it has "
            "decided nobody is asked for that money."
        )
    customer = session.get_one(Customer, (who.company_id, invoice.customer_id))
    ended: frozenset[str] = frozenset()
    if email is not None and not same_address(email, customer.email):
        ended = change_address(session, customer, _checked(email))
        write_down(
            session,
            who,
            Deed.EDITED_CUSTOMER,
            about="customer",
            about_id=customer.id,
            words=f"{customer.name}: email address now {customer.email}",
        )
    if not customer.email:
        raise CannotSend(f"{customer.name} has no email address yet. Type one to send it to.")
    issue(session, invoice)
    delivery = InvoiceDelivery(
        company_id=who.company_id,
        invoice_id=invoice.id,
        email=customer.email,
        staff_id=who.person_id,
    )
    session.add(delivery)
    session.flush()
    enqueue(
        session,
        who.company_id,
        WorkKind.INVOICE_MAIL,
        letter_key(delivery.id),
        {"delivery_id": delivery.id},
    )
    write_down(
        session,
        who,
        Deed.SENT_INVOICE,
        about="invoice",
        about_id=invoice.id,
        words=f"{invoice.number} to {customer.email}",
    )
    return customer.email, ended | {
        company_topic(who.company_id),
        customer_topic(who.company_id, invoice.customer_id),
        invoice_topic(who.company_id, invoice.id),
    }


def _hold_customer(session: Session, company_id: str, invoice_id: str) -> str | None:
    """Lock the customer, whose address is to change, before the invoice; their id.

    As whoever renames a customer or spends a credit does. And before the links end: a letter on
    its way has put its link on the books by then.
    """
    if not is_id(invoice_id):
        return None
    whose = select(Invoice.customer_id).where(
        Invoice.company_id == company_id, Invoice.id == invoice_id
    )
    customer_id = session.exec(whose).first()
    if customer_id is not None:
        session.get_one(Customer, (company_id, customer_id), with_for_update={"key_share": True})
    return customer_id


def _locked(session: Session, company_id: str, invoice_id: str) -> Invoice | None:
    """The invoice, for one sender at a time: it is issued once.

    A lock that lets others refer to the invoice meanwhile, as every lock on invoices and customers
    here: a payment refers to its customer first and locks the invoices then.
    """
    if not is_id(invoice_id):
        return None
    return session.get(Invoice, (company_id, invoice_id), with_for_update={"key_share": True})


def issue(session: Session, invoice: Invoice, at: datetime | None = None) -> None:
    """Put a draft on the books, now or ``at`` (aware); an issued invoice is left as it is.

    A draft that waited is dated to the day it is issued, with its terms of payment from there,
    unless it keeps the dates it was given.
    Raises CannotSend for an invoice that asks for nothing, or whose due date is over.
    """
    if invoice.issued_at is not None:
        return
    if invoice.total <= 0:
        raise CannotSend("This invoice has nothing to pay on it yet. Add a line first.")
    company = session.get_one(Company, invoice.company_id)
    terms = invoice.due_date - invoice.issue_date
    invoice.issued_at = (at or now()).astimezone(UTC)
    if not invoice.keeps_issue_date:
        invoice.issue_date = invoice.issued_at.astimezone(ZoneInfo(company.time_zone)).date()
    if not invoice.keeps_due_date:
        invoice.due_date = invoice.issue_date + terms
    elif invoice.due_date < invoice.issue_date:
        raise CannotSend("Its due date has passed. Edit the draft and choose another one first.")
    session.add(invoice)
    session.flush()
    taxes = session.exec(
        select(InvoiceTax).where(
            InvoiceTax.company_id == invoice.company_id, InvoiceTax.invoice_id == invoice.id
        )
    ).all()
    post(
        session,
        company_id=invoice.company_id,
        currency=invoice.currency,
        source=invoice.id,
        occurred_at=invoice.issued_at,
        customer_id=invoice.customer_id,
        postings=postings_for_invoice(
            invoice.id,
            subtotal=invoice.subtotal,
            taxes=[(tax.tax_rate_id, tax.amount) for tax in taxes],
        ),
    )


def _checked(email: str) -> str:
    cleaned = email.strip()
    if not is_email(cleaned):
        raise CannotSend(
            f"“{cleaned[:80]}” is not an email address. It looks like name@example.com."
        )
    return cleaned
