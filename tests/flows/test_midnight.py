"""A day ends at midnight where the company is, on every page of the office at once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import Role
from fsm_portal.flows.customers.customer_query import CustomerQuery
from fsm_portal.flows.customers.list_customers import list_customers
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.list_invoices import InvoiceQuery, list_invoices
from fsm_portal.flows.invoices.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.overview.show_overview import show_overview
from tests.invoices import write_invoice
from tests.payments import checkout, received

# Fourteen hours before London, eleven after it; half hours; a night with a second one o'clock, and
# one whose midnight is left out.
ZONES = (
    ("Pacific/Kiritimati", date(2026, 11, 16)),
    ("Pacific/Pago_Pago", date(2026, 11, 16)),
    ("Asia/Kathmandu", date(2026, 11, 16)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Beirut", date(2027, 3, 28)),
)


@pytest.fixture
def eyes(company) -> Scope:
    return Scope("staff", company.id, None, Role.OWNER)


def lives_in(company: Company, zone: str) -> None:
    with unit_of_work() as session:
        session.get_one(Company, company.id).time_zone = zone


def first_moment(day: date, zone: str) -> datetime:
    """When ``day`` begins there. Where clocks leave midnight out it begins at one."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(ZoneInfo(zone)).date() < day:
        at += timedelta(minutes=15)
    return at


def who_says_late(eyes: Scope, invoice, dana) -> set[str]:
    said = {
        "overview": show_overview(eyes).overdue.amount != "$0.00",
        "ages": any(bucket.amount != "$0" for bucket in show_overview(eyes).ages[1:]),
        "invoices": bool(list_invoices(eyes, InvoiceQuery(show="overdue")).rows),
        "badge": list_invoices(eyes, InvoiceQuery()).rows[0].status.overdue,
        "customers": bool(list_customers(eyes, CustomerQuery(show="overdue")).rows),
        "owing": bool(list_customers(eyes, CustomerQuery(show="owing")).rows[0].owing.late),
        "invoice": show_staff_invoice(eyes, invoice.id).status.overdue,
        "customer's": show_customer_invoice(
            Scope("customer", eyes.company_id, dana.id, None), invoice.id
        ).status.overdue,
    }
    return {page for page, late in said.items() if late}


PAGES = {
    "overview", "ages", "invoices", "badge", "customers", "owing", "invoice", "customer's"
}  # fmt: skip


@pytest.mark.parametrize(("zone", "due"), ZONES)
def test_an_invoice_is_late_from_midnight_on_wherever_one_looks(
    database, clock, eyes, company, dana, zone, due
):
    lives_in(company, zone)
    invoice = write_invoice(company, dana, issue_date=due - timedelta(days=30))
    clock.now = first_moment(due + timedelta(days=1), zone) - timedelta(seconds=1)
    assert who_says_late(eyes, invoice, dana) == set()
    clock.move(seconds=1)
    assert who_says_late(eyes, invoice, dana) == PAGES


@pytest.mark.parametrize(("zone", "day"), ZONES)
def test_today_is_the_companys_day_to_the_second(database, clock, eyes, company, dana, zone, day):
    lives_in(company, zone)
    begins, ends = first_moment(day, zone), first_moment(day + timedelta(days=1), zone)

    def paid_at(number: str, moment: datetime) -> None:
        invoice = write_invoice(company, dana, number=number, issue_date=day - timedelta(days=40))
        received(checkout(invoice), at=moment)

    for number, moment in (("N-1", begins - timedelta(seconds=1)), ("N-2", begins)):
        paid_at(number, moment)
    paid_at("N-3", ends - timedelta(seconds=1))
    clock.now = ends - timedelta(seconds=1)
    assert show_overview(eyes).today.note == "2 payments"
    clock.now = ends
    assert show_overview(eyes).today.note == "0 payments"
    paid_at("N-4", ends)
    assert show_overview(eyes).today.note == "1 payment"
