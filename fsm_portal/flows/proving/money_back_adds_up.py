"""A: refunds, disputes, payouts and fees: what moved is what their own rows say."""

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Kind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.payout import CAME_BACK, Payout
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.proving.rule import Rule, as_text, entry, net, total

_payment = table_of(Payment)
_refund = table_of(Refund)
_dispute = table_of(Dispute)
_payout = table_of(Payout)

# What the entries of each Stripe object come to, by kind. A refund's and a payment's share none.
_of_object = (
    select(
        entry.c.company_id,
        entry.c.source,
        total(Kind.REFUND).label("refunded"),
        total(Kind.REFUND_RETURNED).label("returned"),
        total(Kind.STRIPE_FEE).label("stripe_fee"),
        total(Kind.PLATFORM_FEE).label("platform_fee"),
        total(Kind.PLATFORM_FEE_RETURNED).label("platform_fee_returned"),
        total(Kind.PAYOUT).label("paid_out"),
        total(Kind.PAYOUT_RETURNED).label("payout_returned"),
    )
    .where(
        entry.c.kind.in_(
            (
                Kind.REFUND,
                Kind.REFUND_RETURNED,
                Kind.STRIPE_FEE,
                Kind.PLATFORM_FEE,
                Kind.PLATFORM_FEE_RETURNED,
                Kind.PAYOUT,
                Kind.PAYOUT_RETURNED,
            )
        )
    )
    .group_by(entry.c.company_id, entry.c.source)
    .subquery()
)


def _of(name: str) -> ColumnElement[int]:
    return func.coalesce(_of_object.c[name], 0)


_on_its_way = _refund.c.status.in_((RefundStatus.PENDING, RefundStatus.SUCCEEDED))
_came_back = _refund.c.status.in_((RefundStatus.FAILED, RefundStatus.CANCELED))
_never_left = _refund.c.status.in_((RefundStatus.ASKED, RefundStatus.REFUSED))

_taken = (
    select(
        entry.c.company_id,
        entry.c.payment_id,
        net(Kind.DISPUTE, less=(Kind.DISPUTE_RETURNED,)).label("amount"),
        total(Kind.DISPUTE).label("at_first"),
    )
    .where(entry.c.kind.in_((Kind.DISPUTE, Kind.DISPUTE_RETURNED)))
    .group_by(entry.c.company_id, entry.c.payment_id)
    .subquery()
)
# A dispute that is lost took the money; what had been refunded before may have come back of it. One
# that is open may not have taken it yet.
_disputed = (
    select(
        _dispute.c.company_id,
        _dispute.c.payment_id,
        func.sum(case((_dispute.c.status == "lost", _dispute.c.amount), else_=0)).label("least"),
        func.sum(
            case(
                (
                    _dispute.c.status.in_(("needs_response", "under_review", "lost")),
                    _dispute.c.amount,
                ),
                else_=0,
            )
        ).label("most"),
    )
    .group_by(_dispute.c.company_id, _dispute.c.payment_id)
    .subquery()
)
_gone = func.coalesce(_taken.c.amount, 0)
_at_first = func.coalesce(_taken.c.at_first, 0)

RULES = (
    Rule(
        "A",
        "a refund left the balance once it is made, and is back once it failed",
        _refund,
        select(
            _refund.c.company_id,
            _refund.c.id.label("refund"),
            _refund.c.stripe_refund_id,
            as_text(_refund.c.status),
            _refund.c.amount,
            _of("refunded").label("posted"),
            _of("returned").label("returned"),
        )
        .select_from(
            _refund.outerjoin(
                _of_object,
                and_(
                    _of_object.c.company_id == _refund.c.company_id,
                    _of_object.c.source == _refund.c.stripe_refund_id,
                ),
            )
        )
        .where(
            or_(
                and_(_on_its_way, or_(_of("refunded") != _refund.c.amount, _of("returned") != 0)),
                and_(_came_back, _of("refunded") != _of("returned")),
                and_(_came_back, _of("refunded").not_in((0, _refund.c.amount))),
                and_(_never_left, or_(_of("refunded") != 0, _of("returned") != 0)),
            )
        ),
    ),
    Rule(
        "A",
        "a payment's fees are posted as they are known",
        _payment,
        select(
            _payment.c.company_id,
            _payment.c.id.label("payment"),
            _payment.c.stripe_fee,
            _payment.c.platform_fee,
            _of("stripe_fee").label("stripe_fee_posted"),
            _of("platform_fee").label("platform_fee_posted"),
        )
        .select_from(
            _payment.outerjoin(
                _of_object,
                and_(
                    _of_object.c.company_id == _payment.c.company_id,
                    _of_object.c.source == _payment.c.payment_intent_id,
                ),
            )
        )
        .where(
            or_(
                func.coalesce(_payment.c.stripe_fee, 0) != _of("stripe_fee"),
                func.coalesce(_payment.c.platform_fee, 0) != _of("platform_fee"),
            )
        ),
    ),
    Rule(
        "A",
        "what came back of the platform's fee is posted as it is known",
        _refund,
        select(
            _refund.c.company_id,
            _refund.c.id.label("refund"),
            _refund.c.platform_fee,
            _of("platform_fee_returned").label("posted"),
        )
        .select_from(
            _refund.outerjoin(
                _of_object,
                and_(
                    _of_object.c.company_id == _refund.c.company_id,
                    _of_object.c.source == _refund.c.stripe_refund_id,
                ),
            )
        )
        .where(func.abs(func.coalesce(_refund.c.platform_fee, 0)) != _of("platform_fee_returned")),
    ),
    Rule(
        "A",
        "a dispute that is lost took its amount, one that is won or an inquiry took nothing",
        _dispute,
        select(
            _disputed.c.company_id,
            _disputed.c.payment_id.label("payment"),
            _disputed.c.least,
            _disputed.c.most,
            _gone.label("taken"),
            _at_first.label("taken_at_first"),
        )
        .select_from(
            _disputed.outerjoin(
                _taken,
                and_(
                    _taken.c.company_id == _disputed.c.company_id,
                    _taken.c.payment_id == _disputed.c.payment_id,
                ),
            )
        )
        .where(or_(_at_first < _disputed.c.least, _gone < 0, _gone > _disputed.c.most)),
    ),
    Rule(
        "A",
        "a payout left the balance, and is back only if the bank refused it",
        _payout,
        select(
            _payout.c.company_id,
            _payout.c.id.label("payout"),
            _payout.c.status,
            _payout.c.amount,
            _of("paid_out").label("posted"),
            _of("payout_returned").label("returned"),
        )
        .select_from(
            _payout.outerjoin(
                _of_object,
                and_(
                    _of_object.c.company_id == _payout.c.company_id,
                    _of_object.c.source == _payout.c.id,
                ),
            )
        )
        .where(
            or_(
                _of("paid_out") != func.abs(_payout.c.amount),
                and_(_payout.c.status.not_in(CAME_BACK), _of("payout_returned") != 0),
                _of("payout_returned").not_in((0, func.abs(_payout.c.amount))),
            )
        ),
    ),
)
