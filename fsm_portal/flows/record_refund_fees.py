"""What of the fees came back with a refund: ask for its balance transaction, post it."""

from sqlalchemy import select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.record_fees import OtherCurrency
from fsm_portal.gateways.stripe_api import fees_of

_refund = table_of(Refund)
_payment = table_of(Payment)


def record_refund_fees(company_id: str, refund_id: str) -> frozenset[str]:
    """Look up and post what came back of the fees of one refund; returns the topics to ring.

    Idempotent. Raises OtherCurrency, StripeUnavailable, StripeRefused.
    """
    this_refund = (_refund.c.company_id == company_id, _refund.c.id == refund_id)
    with reading() as session:
        refund = (
            session.connection()
            .execute(
                select(_refund, _payment.c.stripe_account_id, _payment.c.customer_id)
                .join(
                    _payment,
                    (_payment.c.company_id == _refund.c.company_id)
                    & (_payment.c.id == _refund.c.payment_id),
                )
                .where(*this_refund)
            )
            .one()
        )
    if refund.platform_fee is not None or refund.balance_transaction_id is None:
        return frozenset()
    fees = fees_of(refund.stripe_account_id, refund.balance_transaction_id)
    if fees.currency != refund.currency:
        raise OtherCurrency(
            f"Stripe converted this refund from {refund.currency} into {fees.currency}; "
            "what came back of its fees is not on the books"
        )
    with writing() as connection:
        connection.execute(
            update(_refund).where(*this_refund).values(platform_fee=-fees.platform_fee)
        )
        post(
            connection,
            company_id=company_id,
            currency=refund.currency,
            source=refund.stripe_refund_id,
            occurred_at=refund.happened_at,
            customer_id=refund.customer_id,
            payment_id=refund.payment_id,
            postings=[
                _given_back(Account.PLATFORM_FEE, fees.platform_fee, Kind.PLATFORM_FEE_RETURNED),
                _given_back(Account.STRIPE_FEE, fees.stripe_fee, Kind.STRIPE_FEE),
            ],
        )
    return frozenset({company_topic(company_id)})


def _given_back(account: Account, fee: int, kind: Kind) -> Posting:
    """``fee`` as the balance transaction has it: negative where it came back."""
    if fee > 0:
        return Posting(account, Account.STRIPE, fee, kind)
    return Posting(Account.STRIPE, account, -fee, kind)
