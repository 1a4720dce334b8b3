"""J: nothing waits for what will not come: every fact, refund, fee and letter goes on."""

from sqlalchemy import ColumnElement, DateTime, and_, bindparam, exists, func, not_, or_, select

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.outbox import OutboxMessage, WorkKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.proving.rule import Rule, as_text

_event = table_of(StripeEvent)
_outbox = table_of(OutboxMessage)
_payment = table_of(Payment)
_refund = table_of(Refund)

_late = bindparam("late", type_=DateTime())
_kept = bindparam("kept", type_=DateTime())


def _nobody_works_on(
    company_id: ColumnElement[str], *this: ColumnElement[bool]
) -> ColumnElement[bool]:
    """No such work is queued, nor was it given up where staff see it."""
    return not_(
        exists().where(
            _outbox.c.company_id == company_id,
            *this,
            or_(_outbox.c.settled_at.is_(None), _outbox.c.dead_reason.is_not(None)),
        )
    )


RULES = (
    Rule(
        "J",
        "a fact waits only for a payment that is not here",
        _event,
        select(
            _payment.c.company_id, _event.c.event_id, _event.c.type, _payment.c.id.label("payment")
        ).where(
            _event.c.outcome == Outcome.PARKED,
            _payment.c.stripe_account_id == _event.c.account_id,
            _payment.c.payment_intent_id == _event.c.parked_for,
        ),
    ),
    Rule(
        "J",
        "a parked fact says what it waits for, and no other waits",
        _event,
        select(
            _event.c.company_id, _event.c.event_id, _event.c.type, as_text(_event.c.outcome)
        ).where(
            or_(
                and_(_event.c.outcome == Outcome.PARKED, _event.c.parked_for.is_(None)),
                and_(_event.c.outcome == Outcome.RECORDED, _event.c.parked_for.is_not(None)),
            )
        ),
    ),
    Rule(
        "J",
        "work that is due is done, and whoever has it in hand ends",
        _outbox,
        select(
            _outbox.c.company_id,
            _outbox.c.key,
            _outbox.c.attempts,
            _outbox.c.available_at,
            _outbox.c.leased_until,
        ).where(
            _outbox.c.settled_at.is_(None),
            _outbox.c.available_at < _late,
            or_(_outbox.c.leased_until.is_(None), _outbox.c.leased_until < _late),
        ),
    ),
    Rule(
        "J",
        "a refund that was asked for is worked on",
        _refund,
        select(_refund.c.company_id, _refund.c.id.label("refund"), _refund.c.happened_at).where(
            _refund.c.status == RefundStatus.ASKED,
            _nobody_works_on(
                _refund.c.company_id,
                _outbox.c.kind == WorkKind.REFUND,
                func.substr(_outbox.c.key, len("refund:") + 1, 32) == _refund.c.id,
            ),
        ),
    ),
    Rule(
        "J",
        "the fees of a payment are known, or asked for",
        _payment,
        select(_payment.c.company_id, _payment.c.id.label("payment")).where(
            _payment.c.balance_transaction_id.is_not(None),
            _payment.c.stripe_fee.is_(None),
            _payment.c.recorded_at > _kept,
            _nobody_works_on(_payment.c.company_id, _outbox.c.key == "fees:" + _payment.c.id),
        ),
    ),
    Rule(
        "J",
        "what came back of the fees with a refund is known, or asked for",
        _refund,
        select(_refund.c.company_id, _refund.c.id.label("refund")).where(
            _refund.c.balance_transaction_id.is_not(None),
            _refund.c.platform_fee.is_(None),
            _refund.c.recorded_at > _kept,
            _nobody_works_on(_refund.c.company_id, _outbox.c.key == "refund_fees:" + _refund.c.id),
        ),
    ),
    Rule(
        "J",
        "a payment has its receipt in the post",
        _payment,
        select(_payment.c.company_id, _payment.c.id.label("payment")).where(
            _payment.c.payment_intent_id.is_not(None),
            _payment.c.recorded_at > _kept,
            not_(
                exists().where(
                    _outbox.c.company_id == _payment.c.company_id,
                    _outbox.c.key == "receipt:" + _payment.c.id,
                )
            ),
        ),
    ),
)
