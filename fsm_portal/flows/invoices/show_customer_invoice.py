"""One invoice as its customer sees it: what it is for, what is due, what was paid."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine
from fsm_portal.domain.job import Job
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.crediting.credit_words import credit_words
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_document import may_see
from fsm_portal.flows.invoices.invoice_news import NO_NEWS, NewsView, invoice_news
from fsm_portal.flows.invoices.invoice_view import (
    LineView,
    StatusView,
    SumsView,
    customers_status_view,
    line_views,
    standings,
    sums_view,
)
from fsm_portal.flows.paying.checkout_arrived import checkout_arrived, receipt_arrived
from fsm_portal.flows.paying.pay_view import NO_PAY, PayView, pay_view
from fsm_portal.flows.paying.payable import payable_of, why_no_card
from fsm_portal.flows.paying.why_not_payable import why_not_payable
from fsm_portal.flows.payments.customer_history import PaidView, customer_history
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.gateways import formats

_line = table_of(InvoiceLine)

# A long invoice shows its first lines at once and the others on demand: 580 of them are 60 KB in
# every push, and on a phone the totals would be forty screens away.
FIRST_LINES = 30


@dataclass(frozen=True)
class CustomerInvoiceView:
    """Texts are ready to show. ``loaded`` is false until the first push; ``found`` is false for
    a missing invoice and for a stranger's alike."""

    loaded: bool = False
    found: bool = False
    id: str = ""
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    number: str = ""
    billed_to: str = ""
    issued_on: str = ""
    due_on: str = ""
    due_words: str = ""
    status: StatusView = field(default_factory=StatusView)
    lines: tuple[LineView, ...] = ()
    # "Show all 580 lines"; empty where all of them are here.
    more_lines: str = ""
    sums: SumsView = field(default_factory=SumsView)
    # The work it is for: "Boiler service, Oct 19, 2026"; empty where none is known.
    job: str = ""
    notes: str = ""
    terms: str = ""
    payments: tuple[PaidView, ...] = ()
    # What there is to know first. While a payment is being confirmed the page says that instead.
    news: NewsView = NO_NEWS
    # What the payment on whose return address the reader stands brought, and where its receipt
    # is; both empty until it is here.
    arrived: str = ""
    arrived_receipt: str = ""
    # What the company owes the customer, on this invoice or elsewhere.
    credit: str = ""
    pay: PayView = NO_PAY
    may_pay: bool = False
    # Why there is no Pay button although something is due; empty otherwise.
    cannot_pay: str = ""
    pdf_url: str = ""


def show_customer_invoice(
    scope: Scope, invoice_id: str, all_lines: bool = False, checkout: str = ""
) -> CustomerInvoiceView:
    """The view of one invoice through the eyes of ``scope``.

    ``checkout`` is what the address says of a payment that the reader comes back from.
    """
    with reading() as session:
        company = session.get_one(Company, scope.company_id)
        frame = company_frame(company)
        customer = session.get(Customer, (scope.company_id, scope.customer_id))
        invoice = (
            session.get(Invoice, (scope.company_id, invoice_id)) if is_id(invoice_id) else None
        )
        if customer is None or invoice is None or not may_see(scope, invoice):
            return CustomerInvoiceView(loaded=True, id=invoice_id, company=frame)
        standing = standings(session, company, [invoice])[invoice.id]
        status = customers_status_view(standing.status)
        # What a bank has in its hands is not asked for until it has decided.
        is_due = status.code in ("unpaid", "partially_paid") and not status.disputed
        locale = reader_locale(company, customer)
        lines = line_views(session, invoice, locale, None if all_lines else FIRST_LINES)
        payable = payable_of(company, invoice, standing.balance, locale) if is_due else None
        cannot_pay = (why_not_payable(company) or why_no_card(payable)) if payable else ""
        return CustomerInvoiceView(
            loaded=True,
            found=True,
            id=invoice.id,
            company=frame,
            person=customer.greeting,
            number=invoice.number,
            billed_to=customer.name,
            issued_on=formats.day(invoice.issue_date, locale),
            due_on=formats.day(invoice.due_date, locale),
            due_words=due_words(invoice.due_date, today(company.time_zone), locale),
            status=status,
            lines=lines,
            more_lines=_more_lines(session, invoice, len(lines)),
            sums=sums_view(session, invoice, standing.balance, locale),
            job=_job(session, company, invoice, locale),
            notes=invoice.notes,
            terms=company.terms,
            payments=customer_history(session, company, invoice, locale),
            news=invoice_news(session, company, invoice, standing, locale),
            arrived_receipt=receipt_arrived(session, scope, checkout),
            arrived=checkout_arrived(session, scope, checkout, locale),
            credit=credit_words(session, company.id, customer.id, locale),
            pay=pay_view(payable) if payable and not cannot_pay else NO_PAY,
            may_pay=is_due and not status.processing and not cannot_pay,
            cannot_pay=cannot_pay,
            pdf_url=f"/documents/invoices/{invoice.id}.pdf",
        )


def due_words(due: date, day: date, locale: str, *, briefly: bool = False) -> str:
    """When it is due, as one says it: "Due tomorrow", "Was due Oct 22, 2026, 3 days ago".

    ``briefly``, for a list, leaves out how long ago.
    """
    days = (due - day).days
    if days < 0:
        was_due = f"Was due {formats.day(due, locale)}"
        ago = "yesterday" if days == -1 else f"{-days} days ago"
        return was_due if briefly else f"{was_due}, {ago}"
    if days == 0:
        return "Due today"
    if days == 1:
        return "Due tomorrow"
    return f"Due {formats.day(due, locale)}"


def _job(session: Session, company: Company, invoice: Invoice, locale: str) -> str:
    job = session.get(Job, (company.id, invoice.job_id)) if invoice.job_id else None
    if job is None:
        return ""
    day = job.starts_at.astimezone(ZoneInfo(company.time_zone)).date()
    return f"{job.title}, {formats.day(day, locale)}"


def _more_lines(session: Session, invoice: Invoice, shown: int) -> str:
    if shown != FIRST_LINES:
        return ""
    count: int = (
        session.connection()
        .execute(
            select(func.count()).where(
                _line.c.company_id == invoice.company_id, _line.c.invoice_id == invoice.id
            )
        )
        .scalar_one()
    )
    return f"Show all {count} lines" if count > shown else ""
