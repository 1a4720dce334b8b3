"""What of the fees came back with a refund: ask for its balance transaction, post it."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.from_stripe.keep_movements import keep_movements
from fsm_portal.flows.recorder.conversion import Changed, post_conversion
from fsm_portal.gateways.stripe_balance import Movement, movement_of

_refund = table_of(Refund)
_payment = table_of(Payment)


def refunds_with_payer(company_id: str) -> Select[Any]:
    """A company's refunds, each with ``stripe_account_id`` and ``customer_id`` of its payment."""
    return (
        select(_refund, _payment.c.stripe_account_id, _payment.c.customer_id)
        .join(
            _payment,
            (_payment.c.company_id == _refund.c.company_id)
            & (_payment.c.id == _refund.c.payment_id),
        )
        .where(_refund.c.company_id == company_id)
    )


def record_refund_fees(company_id: str, refund_id: str) -> frozenset[str]:
    """Look up and post what came back of the fees of one refund; returns the topics to ring.

    Idempotent. Raises StripeUnavailable, StripeRefused.
    """
    this_refund = refunds_with_payer(company_id).where(_refund.c.id == refund_id)
    with reading() as session:
        refund = session.connection().execute(this_refund).one()
    if refund.platform_fee is not None or refund.balance_transaction_id is None:
        return frozenset()
    movement = movement_of(refund.stripe_account_id, refund.balance_transaction_id)
    with writing() as connection:
        keep_movements(connection, company_id, refund.stripe_account_id, [movement])
        return post_refund_fees(connection, refund, movement)


def post_refund_fees(
    connection: Connection, refund: Row[*tuple[Any, ...]], movement: Movement
) -> frozenset[str]:
    """Post what ``movement``, the balance transaction of ``refund``, says of its fees.

    ``refund`` is a row of ``refunds_with_payer``. Returns the topics to ring. Idempotent.
    """
    connection.execute(
        update(_refund)
        .where(_refund.c.company_id == refund.company_id, _refund.c.id == refund.id)
        .values(platform_fee=-movement.platform_fee)
    )
    post_refund_conversion(connection, refund, movement)
    post(
        connection,
        company_id=refund.company_id,
        currency=movement.currency,
        source=refund.stripe_refund_id,
        occurred_at=refund.happened_at,
        customer_id=refund.customer_id,
        payment_id=refund.payment_id,
        postings=[
            _given_back(Account.PLATFORM_FEE, movement.platform_fee, Kind.PLATFORM_FEE_RETURNED),
            _given_back(Account.STRIPE_FEE, movement.stripe_fee, Kind.STRIPE_FEE),
        ],
    )
    return frozenset({company_topic(refund.company_id)})


def post_refund_conversion(
    connection: Connection, refund: Row[*tuple[Any, ...]], movement: Movement
) -> None:
    """Post in which currency a refund left the balance, or came back to it. Idempotent."""
    amount = refund.amount if movement.amount > 0 else -refund.amount
    post_conversion(
        connection,
        company_id=refund.company_id,
        customer_id=refund.customer_id,
        payment_id=refund.payment_id,
        source=refund.stripe_refund_id,
        balance_transaction_id=movement.id,
        occurred_at=refund.happened_at,
        booked=Changed(amount, refund.currency),
        settled=Changed(movement.amount, movement.currency),
    )


def _given_back(account: Account, fee: int, kind: Kind) -> Posting:
    """``fee`` as the balance transaction has it: negative where it came back."""
    if fee > 0:
        return Posting(account, Account.STRIPE, fee, kind)
    return Posting(Account.STRIPE, account, -fee, kind)
