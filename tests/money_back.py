"""Money that goes back, for the tests to tell about, by the product's own recorder."""

import itertools

from sqlmodel import select

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.recorder import record_fact
from fsm_portal.gateways.stripe_facts import DisputeChanged, DisputeMovement, RefundChanged

_numbers = itertools.count(1)


def refunded(payment: Payment, amount: int, status: str = "succeeded", again: str = "") -> Refund:
    """Stripe tells of a refund made there; ``again``: of the one with this id, as it is now."""
    stripe_id = again or f"re_test_{next(_numbers)}"
    fact = RefundChanged(
        stripe_refund_id=stripe_id,
        payment_intent_id=payment.payment_intent_id or "",
        refund_id=None,
        amount=amount,
        currency=payment.currency,
        status=status,
        reason="requested_by_customer",
        failure_reason="lost_or_stolen_card" if status == "failed" else "",
        balance_transaction_id=None,
        returned=status in ("failed", "canceled"),
        occurred_at=now(),
    )
    with unit_of_work() as session:
        record_fact(session.connection(), payment.company_id, fact, BroughtBy.WEBHOOK)
        return session.exec(select(Refund).where(Refund.stripe_refund_id == stripe_id)).one()


def taken_by_bank(payment: Payment, amount: int) -> None:
    """A dispute took ``amount``, for now."""
    number = next(_numbers)
    movement = DisputeMovement(f"txn_dispute_{number}", payment.currency, -amount, 0, now())
    fact = DisputeChanged(
        stripe_dispute_id=f"du_test_{number}",
        payment_intent_id=payment.payment_intent_id or "",
        amount=amount,
        currency=payment.currency,
        status="needs_response",
        reason="fraudulent",
        evidence_due_at=None,
        movements=(movement,),
        occurred_at=now(),
    )
    with unit_of_work() as session:
        record_fact(session.connection(), payment.company_id, fact, BroughtBy.WEBHOOK)
