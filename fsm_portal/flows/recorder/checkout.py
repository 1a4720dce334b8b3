"""What became of a checkout page that was not paid by card: on its way, come back, closed."""

from typing import assert_never

from sqlalchemy import Connection, or_, update

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.recorder.attempt import find_attempt, meant_for
from fsm_portal.flows.recorder.came_back import tell_customer
from fsm_portal.flows.recorder.recording import Recording, topics_of
from fsm_portal.gateways.stripe_facts import CheckoutExpired, CheckoutFailed, CheckoutProcessing

_attempt = table_of(CheckoutAttempt)

CheckoutFact = CheckoutProcessing | CheckoutFailed | CheckoutExpired


def record_checkout(connection: Connection, company_id: str, fact: CheckoutFact) -> Recording:
    """Set a fact of an attempt, once."""
    column = _attempt.c[_column(fact)]
    attempt = connection.execute(
        update(_attempt)
        .where(
            _attempt.c.company_id == company_id,
            or_(
                _attempt.c.stripe_session_id == fact.session_id,
                _attempt.c.id == (fact.attempt_id or ""),
            ),
            column.is_(None),
        )
        .values({column: fact.occurred_at})
        .returning(_attempt.c.id, _attempt.c.customer_id)
    ).first()
    if attempt is None:
        if fact.attempt_id is None:
            return Recording(Outcome.IGNORED)
        known = find_attempt(connection, company_id, fact.attempt_id) is not None
        return Recording(Outcome.RECORDED, unknown=not known)
    if isinstance(fact, CheckoutFailed):
        tell_customer(connection, company_id, attempt.id)
    invoice_ids = [row.invoice_id for row in meant_for(connection, company_id, attempt.id)]
    return Recording(
        Outcome.RECORDED, topics=topics_of(company_id, attempt.customer_id, invoice_ids)
    )


def _column(fact: CheckoutFact) -> str:
    match fact:
        case CheckoutProcessing():
            return "processing_at"
        case CheckoutFailed():
            return "failed_at"
        case CheckoutExpired():
            return "closed_at"
        case _:
            assert_never(fact)
