"""Fees arrive later than the payment: ask for the balance transaction, put them on the books."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.flows.from_stripe.keep_movements import keep_movements
from fsm_portal.flows.recorder.conversion import Changed, post_conversion
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.gateways.stripe_balance import Movement, movement_of

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)


def record_fees(company_id: str, payment_id: str) -> frozenset[str]:
    """Look up and post the fees of one payment; returns the topics to ring.

    Idempotent. Raises StripeUnavailable, StripeRefused.
    """
    with reading() as session:
        payment = (
            session.connection()
            .execute(
                select(_payment).where(
                    _payment.c.company_id == company_id, _payment.c.id == payment_id
                )
            )
            .one()
        )
    if payment.stripe_fee is not None or payment.balance_transaction_id is None:
        return frozenset()
    movement = movement_of(payment.stripe_account_id, payment.balance_transaction_id)
    with writing() as connection:
        keep_movements(connection, company_id, payment.stripe_account_id, [movement])
        return post_fees(connection, payment, movement)


def post_fees(
    connection: Connection, payment: Row[*tuple[Any, ...]], movement: Movement
) -> frozenset[str]:
    """Post what ``movement``, the balance transaction of ``payment``, says of its fees.

    ``payment`` is a whole row. Returns the topics to ring. Idempotent.
    """
    converted = movement.currency != payment.currency
    connection.execute(
        update(_payment)
        .where(_payment.c.company_id == payment.company_id, _payment.c.id == payment.id)
        .values(
            stripe_fee=movement.stripe_fee,
            platform_fee=movement.platform_fee,
            settled_currency=movement.currency if converted else None,
            settled_amount=movement.amount if converted else None,
        )
    )
    about: dict[str, Any] = {
        "company_id": payment.company_id,
        "customer_id": payment.customer_id,
        "payment_id": payment.id,
        "source": payment.payment_intent_id,
        "occurred_at": payment.received_at,
    }
    post_conversion(
        connection,
        **about,
        balance_transaction_id=movement.id,
        booked=Changed(payment.amount, payment.currency),
        settled=Changed(movement.amount, movement.currency),
    )
    post(
        connection,
        **about,
        currency=movement.currency,
        postings=[
            Posting(Account.STRIPE_FEE, Account.STRIPE, movement.stripe_fee, Kind.STRIPE_FEE),
            Posting(Account.PLATFORM_FEE, Account.STRIPE, movement.platform_fee, Kind.PLATFORM_FEE),
        ],
    )
    invoice_ids = connection.execute(
        select(_allocation.c.invoice_id).where(
            _allocation.c.company_id == payment.company_id, _allocation.c.payment_id == payment.id
        )
    ).scalars()
    return topics_of(payment.company_id, payment.customer_id, invoice_ids)
