"""The outbox's mail: invoice and receipt letters, composed when they leave.

A login link is made here and not when the letter is queued: its token exists only in the letter,
and its time begins when it is sent.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select, update
from sqlmodel import Session, col

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.deposit import deposit_left
from fsm_portal.domain.email import same_address
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.mail_text import TextKind
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.topic import company_topic, invoice_topic
from fsm_portal.flows.login_links import make_link
from fsm_portal.flows.mailing.about_invoices import about_invoices
from fsm_portal.flows.mailing.letter_to import letter_to, sender
from fsm_portal.flows.mailing.post_office import (
    first_letter_about,
    may_write_to,
    own_words,
    post_letter,
)
from fsm_portal.flows.outbox import Done, GiveUp, Work
from fsm_portal.flows.papers.paper_of import paper_of
from fsm_portal.flows.payments.receipt_document import allocations_of
from fsm_portal.gateways import letters
from fsm_portal.gateways.letter_words import method_words

_delivery = table_of(InvoiceDelivery)

_SENT = (
    update(_delivery)
    .where(_delivery.c.company_id == bindparam("company"), _delivery.c.id == bindparam("delivery"))
    .values(sent_at=bindparam("at"))
)
# In one way to the database, where four took longer than the letter.
_OF_A_DELIVERY = (
    select(InvoiceDelivery, Invoice, Customer, Company)
    .join(
        Invoice,
        and_(
            col(Invoice.company_id) == InvoiceDelivery.company_id,
            col(Invoice.id) == InvoiceDelivery.invoice_id,
        ),
    )
    .join(
        Customer,
        and_(
            col(Customer.company_id) == Invoice.company_id,
            col(Customer.id) == Invoice.customer_id,
        ),
    )
    .join(Company, col(Company.id) == InvoiceDelivery.company_id)
    .where(_delivery.c.company_id == bindparam("company"), _delivery.c.id == bindparam("delivery"))
    .with_for_update(read=True, of=Customer)
)


def mail_invoice(work: Work) -> Done:
    """Send the letter of one delivery: the PDF attached, a link that signs its customer in."""
    delivery_id = _needed(work, "delivery_id")
    # A link is worth nothing before its letter has left, and the note of that makes both last.
    with unit_of_work(lasting=False) as session:
        # The customer is held as in held_customer.
        delivery, invoice, customer, company = session.execute(
            _OF_A_DELIVERY, {"company": work.company_id, "delivery": delivery_id}
        ).one()
        if not same_address(delivery.email, customer.email):
            # Its link would sign whoever reads the old mailbox in as this customer.
            raise GiveUp("The customer's address was changed before this letter left")
        may_write_to(session, work, delivery.email)
        writer = sender(company, customer)
        own = own_words(session, company.id, TextKind.INVOICE, writer.language)
        follows = first_letter_about(session, company.id, invoice.id)
        balance = invoice_balances(session, work.company_id, [invoice.id])[invoice.id]
        # Where there is no portal the letter leads nowhere: it is answered instead.
        link, valid_until = "", now()
        if company.offers_portal:
            link, valid_until = make_link(
                session,
                company_id=work.company_id,
                purpose=Purpose.INVOICE,
                customer_id=customer.id,
                invoice_id=invoice.id,
            )
    letter = letters.invoice_letter(
        writer,
        letters.Reader(customer.greeting, delivery.email),
        letters.InvoiceSent(
            key=work.key,
            invoice_id=invoice.id,
            number=invoice.number,
            customer_name=customer.name,
            total=invoice.total,
            amount_due=balance.due,
            currency=invoice.currency,
            due_on=invoice.due_date,
            link=link,
            link_valid_until=valid_until,
            pdf=paper_of(work.company_id, PaperKind.INVOICE, invoice.id).content,
            deposit=deposit_left(invoice.deposit, balance),
            opening=own,
            follows=follows,
        ),
    )

    def note(connection: Connection, moment: datetime) -> None:
        connection.execute(_SENT, {"company": company.id, "delivery": delivery_id, "at": moment})

    return post_letter(
        work,
        letter,
        invoice_id=invoice.id,
        topics=frozenset({company_topic(company.id), invoice_topic(company.id, invoice.id)}),
        note=note,
    )


def mail_receipt(work: Work) -> Done:
    """Send the receipt of one payment, as letter and as PDF."""
    payment_id = _needed(work, "payment_id")
    paper = paper_of(work.company_id, PaperKind.RECEIPT, payment_id)
    with reading() as session:
        payment = session.get_one(Payment, (work.company_id, payment_id))
        to = letter_to(session, work, payment.customer_id, about="the receipt")
        allocations = allocations_of(session, payment)
        shares = [(invoice.id, invoice.number, amount) for invoice, amount in allocations]
        about = about_invoices(session, to, shares, TextKind.RECEIPT)
        letter = letters.receipt_letter(
            to.writer,
            to.reader,
            letters.PaymentReceived(
                key=work.key,
                customer_name=to.customer.name,
                amount=payment.amount,
                currency=payment.currency,
                paid_at=payment.received_at,
                method=method_words(payment.method, payment.last4, to.writer.language),
                reference=payment.payment_intent_id or "",
                invoices=about.invoices,
                link=about.link,
                pdf=paper.content,
                pdf_name=paper.name,
                opening=about.opening,
                follows=about.follows,
            ),
        )
    return post_letter(work, letter, invoice_id=about.only)


def held_customer(session: Session, company_id: str, customer_id: str | None) -> Customer:
    """The customer, whose address stays as it is until the link to it is on our books.

    Whoever changes the address ends its links, and must find this one too.
    """
    return session.get_one(Customer, (company_id, customer_id), with_for_update={"read": True})


def _needed(work: Work, name: str) -> str:
    value = work.payload.get(name)
    if value is None:
        raise GiveUp(f"the queued work lacks its {name}")
    return value
