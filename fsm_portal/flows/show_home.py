"""The customer's home: what is owed, what is overdue, all invoices."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoice_view import StatusView, standings, status_view
from fsm_portal.flows.show_customer_invoice import due_words
from fsm_portal.gateways import formats

# The newest; a page of a browser is no archive.
SHOWN = 50


@dataclass(frozen=True)
class HomeInvoice:
    """One row of the list. ``due_words`` is empty for what is paid."""

    id: str
    number: str
    issued_on: str
    due_words: str
    status: StatusView
    total: str


@dataclass(frozen=True)
class HomeView:
    """``owed`` and ``overdue`` are amounts in words, one per currency; ``overdue`` may be empty."""

    loaded: bool = False
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    owed: str = ""
    owed_words: str = ""
    overdue: str = ""
    overdue_words: str = ""
    invoices: tuple[HomeInvoice, ...] = ()
    more_words: str = ""


def show_home(scope: Scope) -> HomeView:
    """The home of the customer of ``scope``."""
    with reading() as session:
        company = session.get_one(Company, scope.company_id)
        customer = session.get_one(Customer, (scope.company_id, scope.customer_id))
        invoices = session.exec(
            select(Invoice)
            .where(
                Invoice.company_id == scope.company_id,
                Invoice.customer_id == scope.customer_id,
                Invoice.issued_at.is_not(None),  # type: ignore[union-attr]
            )
            .order_by(Invoice.issue_date.desc(), Invoice.number.desc())  # type: ignore[attr-defined]
        ).all()
        standing = standings(session, company, invoices)
    day = today(company.time_zone)
    owed: dict[str, int] = defaultdict(int)
    overdue: dict[str, int] = defaultdict(int)
    open_count = overdue_count = 0
    for invoice in invoices:
        stands = standing[invoice.id]
        if status_view(stands.status).code not in ("unpaid", "partially_paid"):
            continue
        open_count += 1
        owed[invoice.currency] += stands.balance.due
        if stands.status.overdue:
            overdue_count += 1
            overdue[invoice.currency] += stands.balance.due
    return HomeView(
        loaded=True,
        company=company_frame(company),
        person=customer.greeting,
        owed=_amounts(owed, company),
        owed_words=_count(open_count, "open invoice") if open_count else "Nothing is open",
        overdue=_amounts(overdue, company) if overdue_count else "",
        overdue_words=_count(overdue_count, "invoice") if overdue_count else "",
        invoices=tuple(
            HomeInvoice(
                id=invoice.id,
                number=invoice.number,
                issued_on=formats.day(invoice.issue_date, company.locale),
                due_words=due_words(invoice.due_date, day, company.locale)
                if standing[invoice.id].balance.due > 0
                else "",
                status=status_view(standing[invoice.id].status),
                total=formats.money(invoice.total, invoice.currency, company.locale),
            )
            for invoice in invoices[:SHOWN]
        ),
        more_words=f"The newest {SHOWN} of {len(invoices)} invoices."
        if len(invoices) > SHOWN
        else "",
    )


def _amounts(by_currency: dict[str, int], company: Company) -> str:
    amounts = by_currency or {company.currency: 0}
    return " + ".join(
        formats.money(amount, currency, company.locale)
        for currency, amount in sorted(amounts.items())
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
