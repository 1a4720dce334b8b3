"""Fees arrive later than the payment: ask for the balance transaction, put them on the books."""

from sqlalchemy import select, update

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.topic import company_topic, customer_topic, invoice_topic
from fsm_portal.gateways.stripe_api import fees_of

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)


class OtherCurrency(Exception):
    """Stripe converted the payment into the account's own currency: its fees are in that."""


def record_fees(company_id: str, payment_id: str) -> frozenset[str]:
    """Look up and post the fees of one payment; returns the topics to ring.

    Idempotent. Raises OtherCurrency, StripeUnavailable, StripeRefused.
    """
    this_payment = (_payment.c.company_id == company_id, _payment.c.id == payment_id)
    with reading() as session:
        payment = session.connection().execute(select(_payment).where(*this_payment)).one()
    if payment.stripe_fee is not None or payment.balance_transaction_id is None:
        return frozenset()
    fees = fees_of(payment.stripe_account_id, payment.balance_transaction_id)
    if fees.currency != payment.currency:
        raise OtherCurrency(
            f"Stripe converted this payment from {payment.currency} into {fees.currency}; "
            "its fees are not on the books"
        )
    with unit_of_work() as session:
        connection = session.connection()
        connection.execute(
            update(_payment)
            .where(*this_payment)
            .values(stripe_fee=fees.stripe_fee, platform_fee=fees.platform_fee)
        )
        post(
            session,
            company_id=company_id,
            currency=payment.currency,
            source=payment.payment_intent_id,
            occurred_at=payment.received_at,
            customer_id=payment.customer_id,
            payment_id=payment_id,
            postings=[
                Posting(Account.STRIPE_FEE, Account.STRIPE, fees.stripe_fee, Kind.STRIPE_FEE),
                Posting(Account.PLATFORM_FEE, Account.STRIPE, fees.platform_fee, Kind.PLATFORM_FEE),
            ],
        )
        invoice_ids = connection.execute(
            select(_allocation.c.invoice_id).where(
                _allocation.c.company_id == company_id, _allocation.c.payment_id == payment_id
            )
        ).scalars()
        return frozenset(
            {
                company_topic(company_id),
                customer_topic(company_id, payment.customer_id),
                *(invoice_topic(company_id, invoice_id) for invoice_id in invoice_ids),
            }
        )
