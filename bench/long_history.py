"""A customer with a history: invoices, their payments and the jobs they were for, in bulk.

What is on the books is what the product itself would have put there, to the cent and by its own
rules; only that it is inserted at once.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import SQLModel

from fsm_portal.db import refresh_statistics, unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine
from fsm_portal.domain.invoice_posting import postings_for_invoice
from fsm_portal.domain.job import Job
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry, Posting, entry_rows
from fsm_portal.domain.payment import BroughtBy, Payment, PaymentAllocation

_TABLES = (
    Job,
    Invoice,
    InvoiceLine,
    CheckoutAttempt,
    CheckoutAttemptInvoice,
    Payment,
    PaymentAllocation,
    LedgerEntry,
)
_AMOUNT = 28_000
# Several a day, so that a day alone puts nothing in order.
_A_DAY = 5


@dataclass(frozen=True)
class History:
    """``open_ones``: the place of each invoice that is still to be paid, 0 is the oldest.

    ``ended`` is how many days ago the newest was written.
    """

    invoices: int
    open_ones: frozenset[int]
    ended: int = 0


def write_history(company: Company, customer: Customer, history: History) -> None:
    """Insert it, and have the database count its rows as an installation does every night."""
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {model: [] for model in _TABLES}
    last = today(company.time_zone) - timedelta(days=history.ended)
    for number in range(history.invoices):
        day = last - timedelta(days=(history.invoices - 1 - number) // _A_DAY)
        _add(rows, company, customer, number, day, number not in history.open_ones)
    with unit_of_work() as session:
        for model in _TABLES:
            insert_many(session.connection(), table_of(model), rows[model])
    with unit_of_work() as session:
        refresh_statistics(session)


def _add(
    rows: dict[type[SQLModel], list[dict[str, Any]]],
    company: Company,
    customer: Customer,
    number: int,
    day: date,
    paid: bool,
) -> None:
    at = datetime.combine(day, time(9), UTC)
    job_id, invoice_id = new_id(), new_id()
    whose = {"company_id": company.id, "customer_id": customer.id}
    rows[Job].append(
        whose
        | {
            "id": job_id,
            "title": "Boiler service",
            "description": "",
            "report": "",
            "starts_at": at,
            "completed_at": at + timedelta(hours=2),
            "created_at": at,
        }
    )
    rows[Invoice].append(
        whose
        | {
            "id": invoice_id,
            "number": f"{customer.id[-8:]}-{number:06}",
            "job_id": job_id,
            "currency": company.currency,
            "issue_date": day,
            "due_date": day + timedelta(days=14),
            "subtotal": _AMOUNT,
            "tax": 0,
            "total": _AMOUNT,
            "notes": "",
            "partial_payments": None,
            "deposit": None,
            "created_at": at,
            "issued_at": at,
            "voided_at": None,
        }
    )
    rows[InvoiceLine].append(
        {
            "company_id": company.id,
            "invoice_id": invoice_id,
            "position": 1,
            "description": "Boiler service",
            "detail": "",
            "quantity": Decimal(1),
            "unit_price": Decimal(_AMOUNT),
            "amount": _AMOUNT,
            "tax_rate_id": None,
        }
    )
    rows[LedgerEntry] += entry_rows(
        company_id=company.id,
        currency=company.currency,
        source=invoice_id,
        occurred_at=at,
        customer_id=customer.id,
        postings=postings_for_invoice(invoice_id, subtotal=_AMOUNT, taxes=()),
    )
    if paid:
        _pay(rows, company, customer, invoice_id, at + timedelta(days=1))


def _pay(
    rows: dict[type[SQLModel], list[dict[str, Any]]],
    company: Company,
    customer: Customer,
    invoice_id: str,
    at: datetime,
) -> None:
    attempt_id, payment_id = new_id(), new_id()
    whose = {"company_id": company.id, "customer_id": customer.id}
    of_stripe = {
        "stripe_account_id": company.stripe_account_id,
        "currency": company.currency,
        "amount": _AMOUNT,
    }
    rows[CheckoutAttempt].append(
        whose
        | of_stripe
        | {
            "id": attempt_id,
            "application_fee": 420,
            "created_at": at,
            "stripe_session_id": f"cs_test_{attempt_id}",
            "completed_at": at,
        }
    )
    rows[CheckoutAttemptInvoice].append(
        {
            "company_id": company.id,
            "attempt_id": attempt_id,
            "invoice_id": invoice_id,
            "amount": _AMOUNT,
        }
    )
    rows[Payment].append(
        whose
        | of_stripe
        | {
            "id": payment_id,
            "attempt_id": attempt_id,
            "payment_intent_id": f"pi_{payment_id}",
            "charge_id": f"ch_{payment_id}",
            "method": "visa",
            "last4": "4242",
            "note": "",
            "brought_by": BroughtBy.WEBHOOK,
            "received_at": at,
            "recorded_at": at,
        }
    )
    rows[PaymentAllocation].append(
        {
            "company_id": company.id,
            "payment_id": payment_id,
            "invoice_id": invoice_id,
            "amount": _AMOUNT,
        }
    )
    rows[LedgerEntry] += entry_rows(
        company_id=company.id,
        currency=company.currency,
        source=f"pi_{payment_id}",
        occurred_at=at,
        customer_id=customer.id,
        payment_id=payment_id,
        postings=[
            Posting(
                Account.STRIPE,
                Account.RECEIVABLE,
                _AMOUNT,
                Kind.PAYMENT,
                part=invoice_id,
                invoice_id=invoice_id,
            )
        ],
    )
