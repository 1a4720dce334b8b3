"""The letter of a reminder, composed when it leaves: with what is due by then, or not at all."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now, today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.reminder import Reminder, step_of
from fsm_portal.domain.topic import company_topic, invoice_topic
from fsm_portal.flows.login_links import make_link
from fsm_portal.flows.mailing.letter_to import sender
from fsm_portal.flows.mailing.outbox_mail import held_customer
from fsm_portal.flows.mailing.post_office import may_write_to, post_letter
from fsm_portal.flows.outbox import Done, GiveUp, Work
from fsm_portal.flows.papers.paper_of import paper_of
from fsm_portal.flows.reminding.letter_of import reminder_of
from fsm_portal.flows.reminding.quiet import why_quiet
from fsm_portal.flows.reminding.stop import stop_address
from fsm_portal.gateways.letters import Reader
from fsm_portal.gateways.reminder_letters import reminder_letter

_reminder = table_of(Reminder)

# A letter that waited for the mail server until so late is left out: nobody is reminded at night.
_BEDTIME = 21
TOO_LATE = "It could not leave on its day: the mail server did not take it."


def mail_reminder(work: Work) -> frozenset[str] | Done:
    """Send one reminder, unless there is a reason by now not to: then that is noted instead."""
    key = (work.company_id, work.payload.get("invoice_id"), work.payload.get("occasion"))
    if None in key:
        raise GiveUp("the queued work lacks its reminder")
    with unit_of_work() as session:
        reminder = session.get_one(Reminder, key)
        if reminder.sent_at is not None or reminder.left_out:
            return frozenset()
        invoice = session.get_one(Invoice, (work.company_id, reminder.invoice_id))
        company = session.get_one(Company, work.company_id)
        customer = held_customer(session, work.company_id, invoice.customer_id)
        topics = frozenset({company_topic(company.id), invoice_topic(work.company_id, invoice.id)})
        why = why_quiet(session, company, [invoice])[invoice.id] or _too_late(company, reminder)
        if why:
            reminder.left_out = why[:200]
            session.add(reminder)
            return topics
        may_write_to(session, work, customer.email or "")
        # To the address there is now: its link signs whoever reads it in as this customer.
        reminder.email = customer.email or ""
        session.add(reminder)
        writer = sender(company, customer)
        link, valid_until = _link(session, company, customer, invoice)
        facts = reminder_of(
            session,
            company,
            customer,
            invoice,
            key=work.key,
            days=days_after(company, invoice.due_date),
            language=writer.language,
            link=link,
            link_valid_until=valid_until,
            stop=stop_address(customer),
        )
    paper = paper_of(company.id, PaperKind.INVOICE, invoice.id)
    letter = reminder_letter(
        writer,
        Reader(customer.greeting, reminder.email),
        replace(facts, pdf=paper.content),
    )

    def note(connection: Connection, moment: datetime) -> None:
        connection.execute(
            update(_reminder)
            .where(
                _reminder.c.company_id == company.id,
                _reminder.c.invoice_id == invoice.id,
                _reminder.c.occasion == reminder.occasion,
            )
            .values(sent_at=moment)
        )

    return post_letter(work, letter, invoice_id=invoice.id, topics=topics, note=note)


def _link(
    session: Session, company: Company, customer: Customer, invoice: Invoice
) -> tuple[str, datetime]:
    """A link and until when it is good; none where there is no portal: the letter is answered."""
    if not company.offers_portal:
        return "", now()
    return make_link(
        session,
        company_id=company.id,
        purpose=Purpose.REMINDER,
        customer_id=customer.id,
        invoice_id=invoice.id,
    )


def days_after(company: Company, due_date: date) -> int:
    """How many days ago it was due, where the company is; negative where it will be."""
    return (today(company.time_zone) - due_date).days


def _too_late(company: Company, reminder: Reminder) -> str:
    """Whoever pressed a button is not made to wait for the morning."""
    if step_of(reminder.occasion) is None:
        return ""
    zone = ZoneInfo(company.time_zone)
    here = now().astimezone(zone)
    its_day = reminder.queued_at.astimezone(zone).date()
    return "" if here.date() == its_day and here.hour < _BEDTIME else TOO_LATE
