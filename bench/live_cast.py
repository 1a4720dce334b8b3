"""Who sits before the tabs of bench/live.py, and the payments that reach them.

Bright Heating has many customers with one large invoice each. Every payment takes one dollar off
what a customer owes, and off what is outstanding in the office, so the amount on a screen tells
how many payments it knows of.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bench.paid_checkouts import payment_of
from bench.portal_on import portal_on
from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.db import refresh_statistics, unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.domain.topic import company_topic, customer_topic
from fsm_portal.flows.identity import Audience
from fsm_portal.gateways.tokens import sign_session
from tests import cast
from tests.invoices import write_invoice

OWED_CENTS = 10_000_00
DOLLAR = 100
OWED = re.compile(rb'"owed"\s*:\s*"\$([\d,]+)\.00"')
OUTSTANDING = re.compile(rb'"outstanding"\s*:\s*\{\s*"amount"\s*:\s*"\$([\d,]+)\.00"')


def payments_seen(owed: bytes, invoices: int = 1) -> int:
    """How many payments a screen knows of that says ``owed`` (dollars, with commas)."""
    return (invoices * OWED_CENTS - int(owed.replace(b",", b"")) * 100) // DOLLAR


@dataclass(frozen=True)
class Payer:
    """One customer: the topic of its home page, a token for each tab, payments still to come."""

    topic: str
    tokens: tuple[str, ...]
    payments: tuple[bytes, ...]


@dataclass(frozen=True)
class Office:
    """The staff: the topic of their overview, a token for each tab."""

    topic: str
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Cast:
    payers: list[Payer]
    office: Office


def seed(database: Path, payers: int, tabs_each: int, payments_each: int, desks: int) -> Cast:
    """Make the database and everybody in it."""
    with portal_on(database):
        metadata.create_all(db.engine())
        company = cast.save(cast.bright_heating())
        everybody = Cast(
            [_payer(company, n, tabs_each, payments_each) for n in range(payers)],
            _office(company, desks),
        )
        with unit_of_work() as session:
            # As an installation does every night.
            refresh_statistics(session)
        return everybody


def _office(company: Company, desks: int) -> Office:
    maya = cast.save(cast.maya(company))
    with unit_of_work() as session:
        tokens = tuple(_signed_in(session, maya, f"desk-{desk}") for desk in range(desks))
    return Office(company_topic(company.id), tokens)


def _payer(company: Company, number: int, tabs: int, payments: int) -> Payer:
    address = f"customer{number}@harborview.example"
    customer = cast.save(cast.harbor_view(company, email=address))
    owed = (("Boiler plant, second building", "1", str(OWED_CENTS)),)
    invoice = write_invoice(company, customer, number=f"INV-{number:05}", lines=owed)
    with unit_of_work() as session:
        attempts = [_attempt(company, customer, number, turn) for turn in range(payments)]
        session.add_all(attempts)
        session.flush()
        session.add_all(
            CheckoutAttemptInvoice(
                company_id=company.id, attempt_id=a.id, invoice_id=invoice.id, amount=DOLLAR
            )
            for a in attempts
        )
        tokens = tuple(_signed_in(session, customer, f"{number}-{tab}") for tab in range(tabs))
    payments_to_come = tuple(payment_of(attempt) for attempt in attempts)
    return Payer(customer_topic(company.id, customer.id), tokens, payments_to_come)


def _attempt(company: Company, customer: Customer, number: int, turn: int) -> CheckoutAttempt:
    return CheckoutAttempt(
        company_id=company.id,
        customer_id=customer.id,
        currency="USD",
        amount=DOLLAR,
        application_fee=1,
        stripe_account_id=cast.BRIGHT_HEATING_ACCOUNT,
        stripe_session_id=f"cs_test_{number}_{turn}",
    )


def _signed_in(session: Session, person: Customer | Staff, name: str) -> str:
    audience: Audience = "staff" if isinstance(person, Staff) else "customer"
    ends = now() + timedelta(days=1)
    who: dict[str, Any] = {"company_id": person.company_id, f"{audience}_id": person.id}
    link = LoginLink(**who, token_hash=name, purpose=Purpose.REQUESTED, expires_at=ends)
    session.add(link)
    session.flush()
    signed_in = LoginSession(**who, link_id=link.id, expires_at=ends)
    session.add(signed_in)
    secret = settings().secret_key.get_secret_value()
    return sign_session(signed_in.id, person.company_id, audience, ends, secret)
