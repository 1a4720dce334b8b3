"""What a search of payments means: Stripe's references, invoices, customers and amounts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.company import Company
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import FailedPayment, Payment, PaymentAllocation
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.customers.called import called
from fsm_portal.flows.invoicing.list_search import escaped, invoices_numbered
from fsm_portal.flows.payments.list_keys import Narrow
from fsm_portal.flows.searched_amount import any_amount, searched_amount
from fsm_portal.gateways.formats import typed_point

_payment = table_of(Payment)
_failed = table_of(FailedPayment)
_refund = table_of(Refund)
_dispute = table_of(Dispute)
_allocation = table_of(PaymentAllocation)
_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)
_invoice = table_of(Invoice)

# As many as are looked up one by one; where more fit, the list is full soon anyhow.
_FEW = 500
# Of customers that are few: so many rows are put in order sooner than they are come across.
_MANY = 2_000
# Of Stripe's: pi_3Pk…, re_…, dp_…, ch_…; older ones begin otherwise, and none has a space.
_REFERENCE = re.compile(r"[A-Za-z]{2,6}_[A-Za-z0-9_]{1,120}", re.ASCII)


@dataclass(frozen=True)
class Narrowing:
    """One way in which a row can be meant: ``kind`` and the values of its parameters."""

    kind: Narrow
    values: dict[str, Any] = field(default_factory=dict)


def ways(session: Session, company: Company, text: str) -> list[Narrowing]:
    """The ways in which ``text`` can be meant. Whatever fits one of them is found; nothing where
    there is none."""
    if _REFERENCE.fullmatch(text):
        return _some(_by_reference(session, company.id, text))
    found = _of_invoices(session, company, text)
    if _is_a_number(session, company.id, text):
        # Said to the letter, it means nothing else; customers would all be gone through.
        return found
    found += _by_customer(session, company.id, text)
    amounts = searched_amount(text, typed_point(company.locale))
    return [*found, Narrowing("amount", amounts)] if any_amount(amounts) else found


def _is_a_number(session: Session, company_id: str, text: str) -> bool:
    key = {"company_id": company_id, "text": text.upper()}
    return session.connection().execute(_NUMBERED, key).first() is not None


def _some(ids: set[str]) -> list[Narrowing]:
    return [Narrowing("ids", {"ids": sorted(ids)})] if ids else []


def _by_reference(session: Session, company_id: str, text: str) -> set[str]:
    found: set[str] = set()
    for statement in _REFERENCES:
        key = {"company_id": company_id, "text": text}
        found |= set(session.connection().execute(statement, key).scalars())
    return found | _what_came_of(session, company_id, found)


def _of_invoices(session: Session, company: Company, text: str) -> list[Narrowing]:
    """What was paid, tried and given back on the invoices whose number begins with ``text``."""
    invoice_ids = invoices_numbered(session, company, text, _FEW + 1)
    if not invoice_ids:
        return []
    connection = session.connection()
    key = {"company_id": company.id, "ids": sorted(invoice_ids)}
    payments = set(connection.execute(_ALLOCATED, key).scalars())
    attempts = set(connection.execute(_TRIED, key).scalars())
    if max(len(invoice_ids), len(payments), len(attempts)) > _FEW:
        # Too many to be looked up: row by row, from the newest on, it is soon a page.
        return [Narrowing("number", {"number": f"{escaped(text.lower())}%"})]
    if attempts:
        tried = {"company_id": company.id, "ids": sorted(attempts)}
        payments |= set(connection.execute(_PAID_BY, tried).scalars())
        failed = set(connection.execute(_FAILED_BY, tried).scalars())
    else:
        failed = set()
    return _some(payments | failed | _what_came_of(session, company.id, payments))


def _what_came_of(session: Session, company_id: str, payment_ids: set[str]) -> set[str]:
    """The refunds and disputes of these payments."""
    if not payment_ids:
        return set()
    key = {"company_id": company_id, "ids": sorted(payment_ids)}
    found: set[str] = set()
    for statement in _CAME_OF:
        found |= set(session.connection().execute(statement, key).scalars())
    return found


def _by_customer(session: Session, company_id: str, text: str) -> list[Narrowing]:
    found = called(session, company_id, text)
    if found.ids is None:
        narrow = next(each for each in get_args(Narrow) if each == str(found.words))
        return [Narrowing(narrow, dict(found.values))]
    if not found.ids:
        return []
    ids = _theirs(session, company_id, found.ids)
    return [Narrowing("some_customers", {"some": found.ids})] if ids is None else _some(ids)


def _theirs(session: Session, company_id: str, customers: Sequence[str]) -> set[str] | None:
    """What these customers paid, tried to pay and got back; None where it is too much."""
    key: dict[str, Any] = {"company_id": company_id, "ids": customers}
    connection = session.connection()
    payments = set(connection.execute(_PAID_BY_THEM, key).scalars())
    failed = set(connection.execute(_FAILED_BY_THEM, key).scalars())
    if max(len(payments), len(failed)) > _MANY:
        return None
    came_of = _what_came_of(session, company_id, payments)
    return payments | failed | came_of if len(came_of) <= _FEW else None


def _those(table: Any, column: Any, of: Any) -> Any:
    return (
        select(column)
        .where(
            table.c.company_id == bindparam("company_id"),
            of.in_(bindparam("ids", expanding=True)),
        )
        .limit(_FEW + 1)
    )


def _named(table: Any, of: Any) -> Any:
    return (
        select(table.c.id)
        .where(table.c.company_id == bindparam("company_id"), of == bindparam("text"))
        .limit(_FEW)
    )


# Made once: writing a statement costs more than running it.
_REFERENCES = (
    _named(_payment, _payment.c.payment_intent_id),
    _named(_failed, _failed.c.payment_intent_id),
    _named(_failed, _failed.c.source_id),
    _named(_refund, _refund.c.stripe_refund_id),
    _named(_dispute, _dispute.c.stripe_dispute_id),
)
_NUMBERED = _named(_invoice, _invoice.c.number)
_ALLOCATED = _those(_allocation, _allocation.c.payment_id, _allocation.c.invoice_id)
_TRIED = _those(_attempt_invoice, _attempt_invoice.c.attempt_id, _attempt_invoice.c.invoice_id)
_PAID_BY = _those(_payment, _payment.c.id, _payment.c.attempt_id)
_FAILED_BY = _those(_failed, _failed.c.id, _failed.c.attempt_id)
_CAME_OF = (
    _those(_refund, _refund.c.id, _refund.c.payment_id),
    _those(_dispute, _dispute.c.id, _dispute.c.payment_id),
)
_PAID_BY_THEM = (
    select(_payment.c.id)
    .where(
        _payment.c.company_id == bindparam("company_id"),
        _payment.c.customer_id.in_(bindparam("ids", expanding=True)),
    )
    .limit(_MANY + 1)
)
_FAILED_BY_THEM = (
    select(_failed.c.id)
    .join(
        _attempt,
        (_attempt.c.company_id == _failed.c.company_id) & (_attempt.c.id == _failed.c.attempt_id),
    )
    .where(
        _attempt.c.company_id == bindparam("company_id"),
        _attempt.c.customer_id.in_(bindparam("ids", expanding=True)),
    )
    .limit(_MANY + 1)
)
