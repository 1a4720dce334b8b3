"""E: whatever Stripe told and we recorded is on the books, at least as far as it was told."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, exists, not_, or_, select

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.dispute import RANK as DISPUTE_RANK
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Kind
from fsm_portal.domain.payment import FailedPayment, Payment
from fsm_portal.domain.payout import RANK as PAYOUT_RANK
from fsm_portal.domain.payout import Payout
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.proving.inbox import Kept
from fsm_portal.flows.proving.report import Breach, Finding
from fsm_portal.flows.proving.rule import Rule, entry
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import (
    CheckoutExpired,
    CheckoutFailed,
    CheckoutProcessing,
    DisputeChanged,
    Fact,
    PaymentFailed,
    PaymentSucceeded,
    PayoutChanged,
    RefundChanged,
)

_attempt = table_of(CheckoutAttempt)
_payment = table_of(Payment)
_failed = table_of(FailedPayment)
_refund = table_of(Refund)
_dispute = table_of(Dispute)
_payout = table_of(Payout)

_SAYS = "what an event told is on the books"
# As the recorder reads Stripe's words.
_REFUND = {each.value: each for each in RefundStatus} | {"requires_action": RefundStatus.PENDING}

_its_payment = exists().where(
    _payment.c.company_id == _attempt.c.company_id, _payment.c.attempt_id == _attempt.c.id
)
RULES = (
    Rule(
        "E",
        "a checkout is completed when its payment is here, and only then",
        _attempt,
        select(
            _attempt.c.company_id, _attempt.c.id.label("attempt"), _attempt.c.completed_at
        ).where(
            or_(
                and_(_attempt.c.completed_at.is_(None), _its_payment),
                and_(_attempt.c.completed_at.is_not(None), not_(_its_payment)),
            )
        ),
    ),
)


def events_are_on_the_books(connection: Connection, events: Sequence[Kept]) -> Finding:
    """Read ``events`` again, and compare what they told with the rows as they are now."""
    told: list[tuple[Kept, Fact]] = []
    unreadable = []
    for event in events:
        if event.outcome != Outcome.RECORDED or event.company_id is None:
            continue
        try:
            fact = read_event(event.payload).fact
        except ValueError as error:
            unreadable.append(_breach(event, f"cannot be read: {error}"))
            continue
        if fact is not None:
            told.append((event, fact))
    known = _Known(connection, [fact for _, fact in told], {row.company_id for row, _ in told})
    behind = [
        _breach(event, lack) for event, fact in told for lack in known.lacks(event.company_id, fact)
    ]
    return Finding("E", len(told), (*unreadable, *behind))


def _breach(event: Kept, lack: str) -> Breach:
    row = f"company id {event.company_id}, {event.event_id} {event.type}: {lack}"
    return Breach("E", _SAYS, row)


class _Known:
    """The rows that some facts are about."""

    def __init__(
        self, connection: Connection, facts: Sequence[Fact], companies: Collection[str]
    ) -> None:
        self._connection, self._companies = connection, companies
        self._payments = self._by(
            _payment,
            "payment_intent_id",
            {fact.payment_intent_id for fact in facts if isinstance(fact, PaymentSucceeded)},
        )
        self._failures = self._by(
            _failed, "source_id", {f.source_id for f in facts if isinstance(f, PaymentFailed)}
        )
        sessions = CheckoutProcessing | CheckoutFailed | CheckoutExpired
        self._attempts = self._by(
            _attempt, "id", {f.attempt_id or "" for f in facts if isinstance(f, sessions)}
        )
        self._refunds = self._by(
            _refund,
            "stripe_refund_id",
            {fact.stripe_refund_id for fact in facts if isinstance(fact, RefundChanged)},
        )
        disputes = [fact for fact in facts if isinstance(fact, DisputeChanged)]
        self._disputes = self._by(
            _dispute, "stripe_dispute_id", {fact.stripe_dispute_id for fact in disputes}
        )
        self._movements = self._posted(
            {m.balance_transaction_id for fact in disputes for m in fact.movements}
        )
        self._payouts = self._by(
            _payout, "id", {fact.payout_id for fact in facts if isinstance(fact, PayoutChanged)}
        )

    def _by(
        self, table: Table, column: str, values: Collection[str]
    ) -> dict[tuple[str, str], Row[*tuple[Any, ...]]]:
        if not values:
            return {}
        rows = self._connection.execute(
            select(table).where(
                table.c.company_id.in_(self._companies), table.c[column].in_(values)
            )
        )
        return {(row.company_id, getattr(row, column)): row for row in rows}

    def _posted(self, sources: Collection[str]) -> set[tuple[str, str]]:
        if not sources:
            return set()
        rows = self._connection.execute(
            select(entry.c.company_id, entry.c.source).where(
                entry.c.company_id.in_(self._companies),
                entry.c.source.in_(sources),
                entry.c.kind.in_((Kind.DISPUTE, Kind.DISPUTE_RETURNED, Kind.DISPUTE_FEE)),
            )
        )
        return {(row.company_id, row.source) for row in rows}

    def lacks(self, company_id: str, fact: Fact) -> Iterator[str]:
        """What of ``fact`` is not on the books."""
        match fact:
            case PaymentSucceeded():
                yield from self._of_payment(
                    self._payments.get((company_id, fact.payment_intent_id)), fact
                )
            case PaymentFailed():
                if (company_id, fact.source_id) not in self._failures:
                    yield f"no refusal {fact.source_id}"
            case CheckoutProcessing() | CheckoutFailed() | CheckoutExpired():
                attempt = self._attempts.get((company_id, fact.attempt_id or ""))
                if attempt is not None and getattr(attempt, _column(fact)) is None:
                    yield f"attempt {attempt.id} has no {_column(fact)}"
            case RefundChanged():
                refund = self._refunds.get((company_id, fact.stripe_refund_id))
                if refund is None:
                    yield f"no refund {fact.stripe_refund_id}"
                elif RefundStatus(refund.status).rank < _REFUND[fact.status].rank:
                    yield f"refund {refund.id} is {refund.status}, not {fact.status}"
            case DisputeChanged():
                yield from self._of_dispute(company_id, fact)
            case PayoutChanged():
                payout = self._payouts.get((company_id, fact.payout_id))
                if payout is None:
                    yield f"no payout {fact.payout_id}"
                elif PAYOUT_RANK[payout.status] < PAYOUT_RANK[fact.status]:
                    yield f"payout {payout.id} is {payout.status}, not {fact.status}"

    def _of_payment(
        self, payment: Row[*tuple[Any, ...]] | None, fact: PaymentSucceeded
    ) -> Iterator[str]:
        if payment is None:
            yield f"no payment {fact.payment_intent_id}"
            return
        if (payment.amount, payment.currency) != (fact.amount, fact.currency):
            yield f"payment {payment.id} is {payment.amount} {payment.currency}, not {fact.amount}"
        for name in ("charge_id", "balance_transaction_id"):
            if getattr(fact, name) and getattr(payment, name) != getattr(fact, name):
                yield f"payment {payment.id} has the {name} {getattr(payment, name)}"

    def _of_dispute(self, company_id: str, fact: DisputeChanged) -> Iterator[str]:
        dispute = self._disputes.get((company_id, fact.stripe_dispute_id))
        if dispute is None:
            yield f"no dispute {fact.stripe_dispute_id}"
        elif DISPUTE_RANK[dispute.status] < DISPUTE_RANK[fact.status]:
            yield f"dispute {dispute.id} is {dispute.status}, not {fact.status}"
        for movement in fact.movements:
            if (company_id, movement.balance_transaction_id) not in self._movements:
                yield f"{movement.balance_transaction_id} of {movement.amount} is not posted"


def _column(fact: CheckoutProcessing | CheckoutFailed | CheckoutExpired) -> str:
    match fact:
        case CheckoutProcessing():
            return "processing_at"
        case CheckoutFailed():
            return "failed_at"
        case CheckoutExpired():
            return "closed_at"
