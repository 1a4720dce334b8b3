"""A customer of Bright Heating for one walk alone, with invoices in whatever state it tells about.

Payments are made on Stripe's page of the sandbox and come by its webhooks; what they become the
walk waits for.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.job import Job
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.start_checkout import start_checkout
from tests.e2e.running_demo import Demo
from tests.invoices import write_invoice
from tests.sandbox_process import DECLINED_CARD, pay, pay_by_bank

WHO = {"name": "Quayside Bakery", "contact": "Nadia Karam"}
_LONG = "Replacement of the circulation pump, two thermostats and all of the seals on the way there"


class Invoices:
    """The walk's own invoices, by number."""

    def __init__(self, demo: Demo, email: str, locale: str = "en_US") -> None:
        self._demo, self._email, self._locale = demo, email, locale
        self._ids: dict[str, str] = {}

    def make(self, **wanted: str) -> None:
        """``make(Q1="unpaid")``: number and state."""
        with self._demo.settings():
            with reading() as session:
                company = session.exec(
                    select(Company).where(Company.slug == "bright-heating")
                ).one()
            customer = own_customer(company, self._email, self._locale)
            for number, state in wanted.items():
                invoice = own_invoice(company, customer, number, state)
                self._ids[number] = invoice.id
                if state in _PAYS:
                    _PAYS[state](start_checkout(_as(customer), invoice.id))

    def id_of(self, number: str) -> str:
        return self._ids[number]

    def at(self, number: str) -> str:
        """Where the customer finds it."""
        return f"/portal/invoices/{self._ids[number]}/"

    def open(self, page: Page, number: str) -> None:
        page.goto(f"{self._demo.base_url}{self.at(number)}")
        expect(page.get_by_role("heading", name=number, exact=True)).to_be_visible()


def own_customer(company: Company, email: str, locale: str) -> Customer:
    """The customer with this address; a new one if there is none."""
    with unit_of_work() as session:
        found = session.exec(select(Customer).where(Customer.email == email)).first()
        customer = found or Customer(company_id=company.id, email=email, **WHO)
        customer.locale = locale
        session.add(customer)
    return customer


def own_invoice(company: Company, customer: Customer, number: str, state: str) -> Invoice:
    """An invoice of 303.10 in the company's currency, or of another: ``unpaid:JPY``."""
    currency = state.partition(":")[2] or company.currency
    tax = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    lines = ((_LONG, "1", "18900"), ("Thermostat, fitted", "2", "4550"))
    day = now().date()
    invoice = write_invoice(
        company,
        customer,
        number=number,
        lines=lines,
        tax_rate=tax,
        issue_date=day - timedelta(days=3),
        due_in_days=27,
        currency=currency,
    )
    job = Job(
        company_id=company.id,
        customer_id=customer.id,
        title="Boiler service, west wing",
        starts_at=now() - timedelta(days=4),
        completed_at=now() - timedelta(days=4),
    )
    with unit_of_work() as session:
        session.add(job)
        session.flush()
        row = session.get_one(Invoice, (company.id, invoice.id))
        row.job_id = job.id
        row.notes = "The key is with the caretaker.\nThank you for the coffee!"
        row.partial_payments = state == "parts" or None
        row.deposit = 10_000 if state == "deposit" else None
    if state == "void":
        _void(company, invoice)
    return invoice


def _void(company: Company, invoice: Invoice) -> None:
    """Withdraw it, as the books have it then."""
    undone = (
        Posting(Account.SALES, Account.RECEIVABLE, invoice.subtotal, Kind.VOID, "sales"),
        Posting(Account.TAX, Account.RECEIVABLE, invoice.tax, Kind.VOID, "tax"),
    )
    with unit_of_work() as session:
        session.get_one(Invoice, (company.id, invoice.id)).voided_at = now()
        post(
            session,
            company_id=company.id,
            currency=invoice.currency,
            source=invoice.id,
            occurred_at=now(),
            customer_id=invoice.customer_id,
            postings=[replace(each, invoice_id=invoice.id) for each in undone],
        )


def _paid(url: str) -> None:
    assert pay(url).paid


def _declined(url: str) -> None:
    assert not pay(url, DECLINED_CARD).paid


def _debit(url: str) -> None:
    assert pay_by_bank(url).paid


def _debit_that_fails(url: str) -> None:
    assert pay_by_bank(url, "000222222227").paid


def _refund_that_fails(url: str) -> None:
    assert pay(url, "4000 0000 0000 5126").paid


_PAYS: dict[str, Callable[[str], None]] = {
    "paid": _paid,
    "declined": _declined,
    "debit": _debit,
    "debit fails": _debit_that_fails,
    "refund fails": _refund_that_fails,
}


def _as(customer: Customer) -> Identity:
    return Identity("customer", customer.company_id, customer.id, "none", customer.name, "", None)
