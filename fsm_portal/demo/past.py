"""What was before: visits, the invoices for them, and what the office was paid by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from fsm_portal.db import reading
from fsm_portal.demo.cast import CROOKED, PAST, STAFF, CastLine, CastPast
from fsm_portal.domain.clock import now, today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.job import Job
from fsm_portal.domain.money import split, to_decimal
from fsm_portal.domain.payment import PaymentAllocation
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.send_invoice import issue
from fsm_portal.flows.invoicing.write_invoice import DraftLine, write_draft
from fsm_portal.flows.refunding.ask_refund import RefundWish, ask_refund

_TOLD_WITHIN = 10.0


def morning(company: Company, age: int) -> datetime:
    """Nine o'clock ``age`` days ago where the company is; of today no later than now."""
    return min(at_hour(company, -age, 9), now())


def at_hour(company: Company, in_days: int, hour: int) -> datetime:
    day = today(company.time_zone) + timedelta(days=in_days)
    return datetime.combine(day, time(hour), ZoneInfo(company.time_zone))


def draft_lines(lines: Sequence[CastLine], tax: TaxRate) -> list[DraftLine]:
    return [
        DraftLine(
            line.description, Decimal(line.quantity), Decimal(line.unit_price), line.detail, tax.id
        )
        for line in lines
    ]


def add_job(
    session: Session,
    company: Company,
    customer: Customer,
    in_days: int,
    hour: int,
    title: str,
    description: str,
    *,
    done: bool,
    technician_id: str | None,
) -> Job:
    """A visit ``in_days`` from today; two hours, where it is ``done``."""
    starts = at_hour(company, in_days, hour)
    job = Job(
        company_id=company.id,
        customer_id=customer.id,
        title=title,
        description=description,
        starts_at=starts,
        completed_at=starts + timedelta(hours=2) if done else None,
        technician_id=technician_id,
    )
    session.add(job)
    session.flush()
    return job


def add_past(
    session: Session,
    company: Company,
    customers: Mapping[str, Customer],
    tax: TaxRate,
    technician_id: str,
) -> None:
    """The invoices from before the portal with their visits; nothing is paid yet."""
    session.refresh(company)
    following = company.next_invoice_number
    for past in (*PAST, *CROOKED):
        customer = customers[past.customer]
        job = add_job(
            session,
            company,
            customer,
            -past.age,
            9,
            past.title,
            past.description,
            done=True,
            technician_id=technician_id,
        )
        invoice = write_draft(
            session,
            company,
            customer,
            lines=draft_lines(past.lines, tax),
            terms_days=past.terms,
            job_id=job.id,
        )
        # As it was called in the books that the company kept before.
        invoice.number = past.number
        issue(session, invoice, at=morning(company, past.age))
    session.refresh(company)
    company.next_invoice_number = following


def take_past() -> None:
    """What the office was paid by hand for it, on the days on which it was."""
    for past in PAST:
        invoice, who = found(past)
        for (days, method), part in zip(
            past.paid, split(invoice.total, _counted(past)) if past.paid else (), strict=True
        ):
            amount = part or invoice.total
            taken = Taken(
                press_id=new_id(),
                method=method.rstrip("!"),
                amount=str(to_decimal(amount, invoice.currency)),
                day=(invoice.issue_date + timedelta(days=days)).isoformat(),
            )
            take_payment(who, invoice.id, taken)
            if method.endswith("!"):
                reverse_payment(who, _last_payment(invoice))


def refund_past() -> None:
    """Ask for what goes back: the worker asks Stripe for it, as for any refund."""
    for past in PAST:
        if past.refunded:
            invoice, who = found(past)
            if payment_id := awaited_payment(invoice):
                ask_refund(
                    who, RefundWish(new_id(), payment_id, past.refunded, invoice_id=invoice.id)
                )


def _counted(past: CastPast) -> list[int]:
    """The weights of its payments: one that came back counts for nothing."""
    return [0 if method.endswith("!") else 1 for _, method in past.paid]


def found(past: CastPast) -> tuple[Invoice, Identity]:
    """The invoice, and Maya, who keeps the books."""
    name, email, role = STAFF[0]
    with reading() as session:
        invoice = session.exec(select(Invoice).where(Invoice.number == past.number)).one()
        maya = session.exec(select(Staff).where(Staff.email == email)).one()
    return invoice, Identity("staff", maya.company_id, maya.id, "", name, email, role)


def awaited_payment(invoice: Invoice) -> str | None:
    """Stripe tells of a payment a moment after it was made."""
    deadline = monotonic() + _TOLD_WITHIN
    while (payment_id := _last_payment(invoice)) is None and monotonic() < deadline:
        sleep(0.05)
    return payment_id


def _last_payment(invoice: Invoice) -> str | None:
    with reading() as session:
        return session.exec(
            select(PaymentAllocation.payment_id)
            .where(
                PaymentAllocation.company_id == invoice.company_id,
                PaymentAllocation.invoice_id == invoice.id,
            )
            # Ids sort by their birth.
            .order_by(PaymentAllocation.payment_id.desc())  # type: ignore[attr-defined]
        ).first()
