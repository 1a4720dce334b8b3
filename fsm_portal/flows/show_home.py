"""The customer's home: what there is to pay, and what is settled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, select

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.flows.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoice_view import (
    Standing,
    StatusView,
    amount_due,
    standings,
    status_view,
)
from fsm_portal.flows.show_customer_invoice import due_words
from fsm_portal.gateways import formats

# Rows of each list; a page of a browser is no archive.
SHOWN = 50


@dataclass(frozen=True)
class HomeInvoice:
    """One row: what is left to pay and when, or what it came to and what became of it."""

    id: str
    number: str
    issued_on: str
    when: str
    status: StatusView
    amount: str


@dataclass(frozen=True)
class HomeView:
    """``owed`` and ``overdue`` are amounts in words, one per currency; ``overdue`` may be empty.

    ``to_pay`` has the most urgent first, ``settled`` the newest.
    """

    loaded: bool = False
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    owed: str = ""
    owed_words: str = ""
    overdue: str = ""
    overdue_words: str = ""
    to_pay: tuple[HomeInvoice, ...] = ()
    more_to_pay: str = ""
    settled: tuple[HomeInvoice, ...] = ()
    more_settled: str = ""
    company_email: str = ""
    company_phone: str = ""


def show_home(scope: Scope) -> HomeView:
    """The home of the customer of ``scope``."""
    with reading() as session:
        company = session.get_one(Company, scope.company_id)
        customer = session.get_one(Customer, (scope.company_id, scope.customer_id))
        invoices = _issued_to(session, customer)
        standing = standings(session, company, invoices)
        is_open = {i.id for i in invoices if _is_open(standing[i.id])}
        to_pay = sorted(
            (i for i in invoices if i.id in is_open), key=lambda i: (i.due_date, i.number)
        )
        settled = [i for i in invoices if i.id not in is_open]
        paid_on = _paid_on(session, company, settled[:SHOWN])
    late = [invoice for invoice in to_pay if standing[invoice.id].status.overdue]
    return HomeView(
        loaded=True,
        company=company_frame(company),
        person=customer.greeting,
        owed=_amounts(to_pay, standing, company),
        owed_words=_count(len(to_pay), "open invoice") if to_pay else "Nothing to pay",
        overdue=_amounts(late, standing, company) if late else "",
        overdue_words=_count(len(late), "invoice") if late else "",
        to_pay=_rows_to_pay(to_pay[:SHOWN], standing, company),
        more_to_pay=_more("most urgent", to_pay),
        settled=_rows_settled(settled[:SHOWN], standing, company, paid_on),
        more_settled=_more("newest", settled),
        company_email=company.email,
        company_phone=company.phone,
    )


def _issued_to(session: Session, customer: Customer) -> Sequence[Invoice]:
    return session.exec(
        select(Invoice)
        .where(
            Invoice.company_id == customer.company_id,
            Invoice.customer_id == customer.id,
            Invoice.issued_at.is_not(None),  # type: ignore[union-attr]
        )
        .order_by(Invoice.issue_date.desc(), Invoice.number.desc())  # type: ignore[attr-defined]
    ).all()


def _is_open(standing: Standing) -> bool:
    return status_view(standing.status).code in ("unpaid", "partially_paid")


def _paid_on(session: Session, company: Company, invoices: Sequence[Invoice]) -> dict[str, str]:
    """The day of each invoice's last payment, in words, by invoice id."""
    rows = session.exec(
        select(PaymentAllocation.invoice_id, func.max(Payment.received_at))
        .where(
            PaymentAllocation.company_id == company.id,
            PaymentAllocation.invoice_id.in_([i.id for i in invoices]),  # type: ignore[attr-defined]
            Payment.company_id == company.id,
            Payment.id == PaymentAllocation.payment_id,
        )
        .group_by(PaymentAllocation.invoice_id)
    )
    zone = ZoneInfo(company.time_zone)
    return {
        invoice_id: formats.day(received.astimezone(zone).date(), company.locale)
        for invoice_id, received in rows
    }


def _rows_to_pay(
    invoices: Sequence[Invoice], standing: Mapping[str, Standing], company: Company
) -> tuple[HomeInvoice, ...]:
    day = today(company.time_zone)
    return tuple(
        HomeInvoice(
            id=invoice.id,
            number=invoice.number,
            issued_on=formats.day(invoice.issue_date, company.locale),
            when=due_words(invoice.due_date, day, company.locale, briefly=True),
            status=status_view(standing[invoice.id].status),
            amount=formats.money(
                amount_due(invoice, standing[invoice.id].balance), invoice.currency, company.locale
            ),
        )
        for invoice in invoices
    )


def _rows_settled(
    invoices: Sequence[Invoice],
    standing: Mapping[str, Standing],
    company: Company,
    paid_on: Mapping[str, str],
) -> tuple[HomeInvoice, ...]:
    return tuple(
        HomeInvoice(
            id=invoice.id,
            number=invoice.number,
            issued_on=formats.day(invoice.issue_date, company.locale),
            when=f"Paid {paid_on[invoice.id]}" if invoice.id in paid_on else "Nothing to pay",
            status=status_view(standing[invoice.id].status),
            amount=formats.money(invoice.total, invoice.currency, company.locale),
        )
        for invoice in invoices
    )


def _amounts(
    invoices: Sequence[Invoice], standing: Mapping[str, Standing], company: Company
) -> str:
    by_currency: dict[str, int] = defaultdict(int)
    for invoice in invoices:
        by_currency[invoice.currency] += amount_due(invoice, standing[invoice.id].balance)
    amounts = by_currency or {company.currency: 0}
    return " + ".join(
        formats.money(amount, currency, company.locale)
        for currency, amount in sorted(amounts.items())
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _more(which: str, invoices: Sequence[Invoice]) -> str:
    return f"The {which} {SHOWN} of {len(invoices)}." if len(invoices) > SHOWN else ""
