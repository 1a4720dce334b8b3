"""Whatever changes a paper changes its fingerprint: nobody is handed what is no longer true.

Every column of every row that a paper is drawn from is changed in turn, whether a builder reads it
today or not. Lines and taxes of what is issued are never changed, and the ledger only grows.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Boolean, Column, Enum, Integer, String, update
from sqlalchemy.exc import DBAPIError

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.company_logo import CompanyLogo
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.companies.brand_company import set_logo
from fsm_portal.flows.invoicing.credit_invoice import Asked, credit_invoice
from fsm_portal.flows.papers.drawing import gather
from fsm_portal.flows.papers.facts import facts_sha256
from fsm_portal.flows.papers.standing import standing
from tests.flows import books
from tests.money_back import refunded
from tests.payments import checkout, received
from tests.pictures import picture

# Something else that is as good a value; a column of another name gets the same letters turned.
OTHERS = {
    "currency": "EUR",
    "country": "GB",
    "time_zone": "Asia/Tokyo",
    "locale": "de_DE",
    "brand_color": "#123456",
    "status": "failed",
    "plan": "starter",
}
SHOWN = {"company.name", "company_logo.sha256", "customer.address", "invoice.voided_at"}
SHOWN |= {"payment.last4", "refund.status", "credit_note.reason", "credit_note.undone_at"}
# Of an invoice that is issued these stand; other papers refer to no other.
FIXED = {
    f"invoice.{name} of the {kind}"
    for name in ("number", "issue_date", "total")
    for kind in (PaperKind.RECEIPT, PaperKind.REFUND, PaperKind.CREDIT_NOTE)
}
TABLES = (Company, CompanyLogo, Customer, Invoice, Payment, Refund, CreditNote)
COLUMNS = [
    (table_of(model), column.name)
    for model in TABLES
    for column in table_of(model).columns
    if not column.primary_key and not column.foreign_keys
]


@dataclass
class Undone(Exception):
    """The change is rolled back."""

    seen: dict[PaperKind, tuple[str, str]]


@pytest.fixture
def subjects(owner, company, invoice):
    set_logo(company.slug, picture())
    payment = received(checkout(invoice, amount=10_000))
    refund = refunded(payment, 4_000)
    credit_invoice(owner, invoice.id, Asked(new_id(), "12.00", "Late"))
    (note, *_) = [each for each in books.rows(CreditNote) if each.refund_id is None]
    return {
        PaperKind.INVOICE: invoice.id,
        PaperKind.CREDIT_NOTE: note.id,
        PaperKind.RECEIPT: payment.id,
        PaperKind.REFUND: refund.id,
    }


def seen_after(company, subjects, statement=None) -> dict[PaperKind, tuple[str, str]]:
    """Of each paper its fingerprint and the hash of its facts, were ``statement`` committed."""
    try:
        with unit_of_work() as session:
            if statement is not None:
                session.connection().execute(statement)
            seen = {}
            for kind, subject_id in subjects.items():
                found = standing(session, company.id, kind, subject_id)
                if found is None:
                    continue  # as of a refund that was refused
                facts = gather(session, company.id, kind, subject_id)
                seen[kind] = found.fingerprint, facts_sha256(facts.document)
            raise Undone(seen)
    except Undone as undone:
        return undone.seen


def another(column: Column, value: object) -> object:
    if column.name in OTHERS:
        return OTHERS[column.name]
    if isinstance(column.type, Enum):
        return next(each for each in column.type.enums if each != str(value))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    if isinstance(value, bytes):
        return value + b"x"
    if value is None and isinstance(column.type, Integer | Boolean):
        return 1
    if value is None and not isinstance(column.type, String):
        return datetime(2026, 11, 3).astimezone()
    turned = str(value or "")[::-1]
    return turned if turned != value and turned else f"{turned}x"


def test_a_change_that_a_paper_shows_is_seen(company, subjects):
    """Case 44."""
    before = seen_after(company, subjects)
    shown, overlooked = set(), set()
    for table, name in COLUMNS:
        of = [table.c.id.in_(subjects.values())] if table.c.get("customer_id") is not None else []
        with unit_of_work() as session:
            row = session.connection().execute(table.select().where(*of)).mappings().first()
        change = update(table).where(*of).values({name: another(table.c[name], row[name])})
        # What the database or a builder refuses is no change that could happen.
        with suppress(DBAPIError, ValueError, LookupError):
            for kind, (fingerprint, facts) in seen_after(company, subjects, change).items():
                if facts != before[kind][1]:
                    shown.add(f"{table.name}.{name}")
                    if fingerprint == before[kind][0]:
                        overlooked.add(f"{table.name}.{name} of the {kind}")
    assert not overlooked - FIXED
    assert shown >= SHOWN, "or nothing was looked at"


def test_another_address_of_the_portal_is_seen(environment, company, subjects):
    """The pay link leads there."""
    before = seen_after(company, subjects)
    environment.setenv("FSM_BASE_URL", "https://elsewhere.example")
    settings.cache_clear()
    after = seen_after(company, subjects)
    assert after[PaperKind.INVOICE][1] != before[PaperKind.INVOICE][1]
    assert after[PaperKind.INVOICE][0] != before[PaperKind.INVOICE][0]
