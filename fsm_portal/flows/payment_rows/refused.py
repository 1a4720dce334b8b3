"""Attempts to pay that failed as rows: why, and what the office can do."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import FailedPayment
from fsm_portal.flows.payment_rows.meant import invoices_meant
from fsm_portal.flows.payment_rows.row import InvoiceLink, PaymentRow
from fsm_portal.flows.payments.failure_words import failure_words
from fsm_portal.flows.payments.payer import PAYER, its_attempt, its_customer
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_failed = table_of(FailedPayment)
_attempt = table_of(CheckoutAttempt)
_customer = table_of(Customer)

# Made once: writing a statement costs more than running it.
_REFUSED = (
    select(_failed, PAYER, _attempt.c.customer_id)
    .join(_attempt, its_attempt(_failed))
    .join(_customer, its_customer(_attempt))
    .where(
        _failed.c.company_id == bindparam("company_id"),
        _failed.c.id.in_(bindparam("ids", expanding=True)),
    )
)


def refused(
    session: Session, company: Company, ids: Sequence[str], with_advice: bool
) -> dict[str, PaymentRow]:
    """By their ids; ``with_advice`` also what is to do now."""
    found = (
        session.connection().execute(_REFUSED, {"company_id": company.id, "ids": list(ids)}).all()
    )
    invoices = invoices_meant(session, company.id, {row.attempt_id for row in found})
    advice = _advice(session, company, invoices) if with_advice else {}
    moment = now()
    return {
        row.id: PaymentRow(
            id=row.id,
            failed=True,
            when=recently(row.failed_at, company.time_zone, company.locale, moment),
            customer=row.customer,
            customer_id=row.customer_id,
            invoices=invoices.get(row.attempt_id, ()),
            method=method_words(row.method, row.last4),
            reference=row.payment_intent_id or "",
            gross=formats.money(row.amount, row.currency, company.locale),
            reason=failure_words(row.code, row.message),
            to_do=advice.get(row.attempt_id, ""),
        )
        for row in found
    }


def _advice(
    session: Session, company: Company, meant: dict[str, tuple[InvoiceLink, ...]]
) -> dict[str, str]:
    """Per attempt that failed: what the office can do, as its invoices stand now."""
    ids = sorted({link.id for links in meant.values() for link in links})
    balances = invoice_balances(session, company.id, ids) if ids else {}
    return {
        attempt_id: (
            "Still to be paid: the link in its mail opens another try. Send it again, or call them."
            if any(balances[link.id].due > 0 for link in links)
            else "Settled since: nothing to do."
        )
        for attempt_id, links in meant.items()
    }
