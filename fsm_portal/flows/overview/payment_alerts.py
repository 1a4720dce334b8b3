"""Payments that need a hand: refused and not made good since, or more than was due."""

from collections.abc import Iterable

from sqlalchemy import and_, bindparam, exists, func, select
from sqlmodel import Session

from fsm_portal.domain.balances import invoice_balances, payment_shares
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import OF_OVERPAYMENTS, LedgerEntry
from fsm_portal.domain.payment import FailedPayment, Payment, PaymentAllocation
from fsm_portal.flows.overview.alert import RECENT, SHOWN_OF_A_KIND, Alert
from fsm_portal.flows.payment_rows import invoices_meant
from fsm_portal.flows.payments.failure_words import failure_words
from fsm_portal.flows.payments.payer import PAYER, its_customer
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_every_failed = table_of(FailedPayment)
_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)
_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_invoice = table_of(Invoice)
_customer = table_of(Customer)
_entry = table_of(LedgerEntry)


# Made once: writing a statement costs more than running it, and these run at every payment.
_OVERPAID = (
    select(
        _payment.c.id,
        _payment.c.attempt_id,
        _payment.c.received_at,
        _entry.c.amount,
        _entry.c.currency,
        PAYER,
    )
    .join(
        _payment,
        and_(
            _payment.c.company_id == _entry.c.company_id,
            _payment.c.payment_intent_id == _entry.c.source,
        ),
    )
    .join(_customer, its_customer(_payment))
    .where(
        _entry.c.company_id == bindparam("company_id"),
        OF_OVERPAYMENTS,
        _entry.c.occurred_at > bindparam("since"),
    )
    .order_by(_entry.c.occurred_at.desc())
    .limit(SHOWN_OF_A_KIND)
)
# Whoever has had more of them since has other worries than the sixth that nobody made good.
_lately_failed = (
    select(_every_failed)
    .where(
        _every_failed.c.company_id == bindparam("company_id"),
        _every_failed.c.failed_at > bindparam("since"),
    )
    .order_by(_every_failed.c.failed_at.desc(), _every_failed.c.id.desc())
    .limit(40)
)
_failed = _lately_failed.subquery("lately_failed")
_paid_since = exists().where(
    _allocation.c.company_id == _attempt_invoice.c.company_id,
    _allocation.c.invoice_id == _attempt_invoice.c.invoice_id,
    _payment.c.company_id == _allocation.c.company_id,
    _payment.c.id == _allocation.c.payment_id,
    _payment.c.received_at >= _failed.c.failed_at,
)
_REFUSED = (
    select(
        _failed.c.id,
        _failed.c.failed_at,
        _failed.c.amount,
        _failed.c.currency,
        _failed.c.code,
        _failed.c.message,
        _invoice.c.id.label("invoice_id"),
        _invoice.c.number,
        PAYER,
        func.row_number()
        .over(partition_by=_invoice.c.id, order_by=_failed.c.failed_at.desc())
        .label("place"),
    )
    .join(
        _attempt,
        and_(_attempt.c.company_id == _failed.c.company_id, _attempt.c.id == _failed.c.attempt_id),
    )
    .join(
        _attempt_invoice,
        and_(
            _attempt_invoice.c.company_id == _attempt.c.company_id,
            _attempt_invoice.c.attempt_id == _attempt.c.id,
        ),
    )
    .join(
        _invoice,
        and_(
            _invoice.c.company_id == _attempt_invoice.c.company_id,
            _invoice.c.id == _attempt_invoice.c.invoice_id,
        ),
    )
    .join(_customer, its_customer(_attempt))
    .where(
        _attempt.c.completed_at.is_(None),
        ~_paid_since,
    )
    .order_by(_failed.c.failed_at.desc())
)


def overpayments(session: Session, company: Company) -> Iterable[Alert]:
    """Money that no invoice could take: it is the customer's, as credit, until somebody decides."""
    rows = session.connection().execute(_OVERPAID, _lately(company)).all()
    meant = invoices_meant(session, company.id, {row.attempt_id for row in rows})
    for row in rows:
        shares = payment_shares(session, company.id, row.id)
        left = sum(share.left for share in shares if share.invoice_id is None)
        if left <= 0:
            # Used on another invoice, or given back.
            continue
        links = meant.get(row.attempt_id, ())
        about = ", ".join(link.number for link in links)
        amount = formats.money(row.amount, row.currency, company.locale)
        kept = "It is kept as credit"
        if left < row.amount:
            kept = f"{formats.money(left, row.currency, company.locale)} of it is credit still"
        when = recently(row.received_at, company.time_zone, company.locale, now())
        yield Alert(
            row.id,
            f"{row.customer} paid {amount} more than was due",
            f"{kept} · {about} · {when}",
            "warn",
            links[0].id if len(links) == 1 else "",
        )


def failures(session: Session, company: Company) -> Iterable[Alert]:
    """The last refusal on each invoice that is still to be paid and got no payment since."""
    rows = session.connection().execute(_REFUSED, _lately(company)).all()
    latest = [row for row in rows if row.place == 1]
    balances = invoice_balances(session, company.id, [row.invoice_id for row in latest])
    for row in [row for row in latest if balances[row.invoice_id].due > 0][:SHOWN_OF_A_KIND]:
        amount = formats.money(row.amount, row.currency, company.locale)
        when = recently(row.failed_at, company.time_zone, company.locale, now())
        yield Alert(
            row.id,
            f"{row.customer} could not pay {amount}",
            f"{failure_words(row.code, row.message)} · {row.number} · {when}",
            "warn",
            row.invoice_id,
        )


def _lately(company: Company) -> dict[str, object]:
    return {"company_id": company.id, "since": now() - RECENT}
