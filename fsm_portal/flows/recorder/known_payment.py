"""The payment that a later fact is about, or the wait for it."""

from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, func, select

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.statement import Call, Statement, together
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.recorder.recording import Recording

_payment = table_of(Payment)

# Whoever changes what is left of a payment takes turns at its row.
_THE_PAYMENT = Statement(
    select(_payment.c.id, _payment.c.customer_id, _payment.c.currency, _payment.c.amount)
    .where(
        _payment.c.company_id == bindparam("company_id"),
        _payment.c.payment_intent_id == bindparam("payment_intent_id"),
    )
    .with_for_update(key_share=True)
)
_ITS_TURN = Statement(
    select(func.pg_advisory_xact_lock(func.hashtext(bindparam("payment_intent_id", type_=String))))
)


def known_payment(
    connection: Connection, company_id: str, payment_intent_id: str
) -> Row[*tuple[Any, ...]] | None:
    """``id``, ``customer_id``, ``currency`` and ``amount`` of the payment, locked; None before it.

    Where it is not there yet, nobody else can bring it until this unit of work has ended: so the
    fact that waits for it is seen by the payment, whichever of the two is committed first.
    """
    key = {"company_id": company_id, "payment_intent_id": payment_intent_id}
    found: Row[*tuple[Any, ...]] | None = _THE_PAYMENT.ask(connection, key).first
    if found is None:
        *_, again = together(
            connection, *its_turn(connection, payment_intent_id), _THE_PAYMENT.with_(key)
        )
        found = again.first
    return found


def its_turn(connection: Connection, payment_intent_id: str) -> list[Call]:
    """What waits for other units of work about this payment; SQLite has one at a time anyway."""
    if connection.dialect.name != "postgresql":
        return []
    return [_ITS_TURN.with_({"payment_intent_id": payment_intent_id})]


def wait_for(payment_intent_id: str) -> Recording:
    """The fact precedes its cause; it is applied when that comes."""
    return Recording(
        Outcome.PARKED,
        "its payment is not known yet",
        parked_for=payment_intent_id,
        unknown=True,
    )
