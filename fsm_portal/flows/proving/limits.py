"""B: nothing beyond what there is."""

from sqlalchemy import and_, case, func, or_, select

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.proving.rule import Rule, entry, net

_payment = table_of(Payment)
_invoice = table_of(Invoice)
_refund = table_of(Refund)

_TOOK = (Kind.REFUND, Kind.DISPUTE, Kind.PAYMENT_REVERSED)
_GAVE = (Kind.REFUND_RETURNED, Kind.DISPUTE_RETURNED)
_back = (
    select(
        entry.c.company_id,
        entry.c.payment_id,
        net(Kind.REFUND, Kind.PAYMENT_REVERSED, less=(Kind.REFUND_RETURNED,)).label("given"),
        net(Kind.DISPUTE, less=(Kind.DISPUTE_RETURNED,)).label("taken"),
    )
    .where(entry.c.payment_id.is_not(None), entry.c.kind.in_(_TOOK + _GAVE))
    .group_by(entry.c.company_id, entry.c.payment_id)
    .subquery()
)
_its_back = and_(_back.c.company_id == _payment.c.company_id, _back.c.payment_id == _payment.c.id)
# What was asked for here counts from then on. One made at Stripe may be unknown when another is
# asked for here, which Stripe refuses then; so only what was made is added up with it.
_counts = _refund.c.status.not_in(
    (RefundStatus.REFUSED, RefundStatus.FAILED, RefundStatus.CANCELED)
)
_is_made = _refund.c.status.in_((RefundStatus.PENDING, RefundStatus.SUCCEEDED))
_asked = (
    select(
        _refund.c.company_id,
        _refund.c.payment_id,
        func.sum(case((_refund.c.asked_by.is_not(None), _refund.c.amount), else_=0)).label("asked"),
        func.sum(case((_is_made, _refund.c.amount), else_=0)).label("made"),
    )
    .where(_counts)
    .group_by(_refund.c.company_id, _refund.c.payment_id)
    .subquery()
)

_share = (
    select(
        entry.c.company_id,
        entry.c.payment_id,
        entry.c.invoice_id,
        net(Kind.PAYMENT, Kind.CREDIT_APPLIED, less=(Kind.CREDIT_RETURNED,)).label("allocated"),
        net(*_TOOK, less=_GAVE).label("gone"),
    )
    .where(
        entry.c.payment_id.is_not(None),
        entry.c.invoice_id.is_not(None),
        entry.c.kind.in_((Kind.PAYMENT, Kind.CREDIT_APPLIED, Kind.CREDIT_RETURNED, *_TOOK, *_GAVE)),
    )
    .group_by(entry.c.company_id, entry.c.payment_id, entry.c.invoice_id)
    .subquery()
)

_owed = case(
    (entry.c.debit == Account.RECEIVABLE, entry.c.amount),
    (entry.c.credit == Account.RECEIVABLE, -entry.c.amount),
    else_=0,
)
_due = (
    select(entry.c.company_id, entry.c.invoice_id, func.sum(_owed).label("due"))
    .where(entry.c.invoice_id.is_not(None))
    .group_by(entry.c.company_id, entry.c.invoice_id)
    .subquery()
)

_in_credit = case(
    (entry.c.credit == Account.CUSTOMER_CREDIT, entry.c.amount),
    (entry.c.debit == Account.CUSTOMER_CREDIT, -entry.c.amount),
    else_=0,
)
_credit = (
    select(
        entry.c.company_id,
        entry.c.customer_id,
        entry.c.payment_id,
        entry.c.currency,
        func.sum(_in_credit).label("credit"),
    )
    .where(or_(entry.c.credit == Account.CUSTOMER_CREDIT, entry.c.debit == Account.CUSTOMER_CREDIT))
    .group_by(entry.c.company_id, entry.c.customer_id, entry.c.payment_id, entry.c.currency)
    .subquery()
)
# A bank may take all of a payment of which a part had been refunded: that part went back twice.
_twice = func.coalesce(_back.c.given + _back.c.taken - _payment.c.amount, 0)

RULES = (
    Rule(
        "B",
        "neither the company nor banks gave more of a payment back than it was",
        _payment,
        select(
            _payment.c.company_id,
            _payment.c.id.label("payment"),
            _payment.c.amount,
            _back.c.given,
            _back.c.taken,
        )
        .join(_back, _its_back)
        .where(
            or_(
                _back.c.given < 0,
                _back.c.given > _payment.c.amount,
                _back.c.taken > _payment.c.amount,
            )
        ),
    ),
    Rule(
        "B",
        "neither refunds that were asked for here nor those made are more than the payment",
        _refund,
        select(
            _payment.c.company_id,
            _payment.c.id.label("payment"),
            _payment.c.amount,
            _asked.c.asked,
            _asked.c.made,
        )
        .join(
            _asked,
            and_(
                _asked.c.company_id == _payment.c.company_id,
                _asked.c.payment_id == _payment.c.id,
            ),
        )
        .where(or_(_asked.c.asked > _payment.c.amount, _asked.c.made > _payment.c.amount)),
    ),
    Rule(
        "B",
        "no invoice gives back more of a payment than it got",
        _payment,
        select(
            _share.c.company_id,
            _share.c.payment_id.label("payment"),
            _share.c.invoice_id.label("invoice"),
            _share.c.allocated,
            _share.c.gone,
        ).where(_share.c.gone > _share.c.allocated),
    ),
    Rule(
        "B",
        "what is due on an invoice is never below zero",
        _invoice,
        select(
            _invoice.c.company_id,
            _invoice.c.number.label("invoice"),
            _invoice.c.total,
            _due.c.due,
        )
        .join(
            _due,
            and_(_due.c.company_id == _invoice.c.company_id, _due.c.invoice_id == _invoice.c.id),
        )
        .where(_due.c.due < 0, _due.c.due < _invoice.c.total),
    ),
    Rule(
        "B",
        "credit is below zero only by what went back twice: refunded, and taken by a bank",
        table_of(LedgerEntry),
        select(
            _credit.c.company_id,
            _credit.c.customer_id.label("customer"),
            _credit.c.payment_id.label("payment"),
            _credit.c.currency,
            _credit.c.credit,
            _twice.label("twice"),
        )
        .select_from(
            _credit.outerjoin(
                _payment.join(_back, _its_back),
                and_(
                    _payment.c.company_id == _credit.c.company_id,
                    _payment.c.id == _credit.c.payment_id,
                ),
            )
        )
        .where(_credit.c.credit < 0, -_credit.c.credit > _twice),
    ),
)
