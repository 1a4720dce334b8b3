"""One balance transaction that the ledger lacks: is it ours, and if so what does it tell?"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.from_stripe.keep_movements import keep_movements
from fsm_portal.flows.from_stripe.record_fees import post_fees
from fsm_portal.flows.from_stripe.record_refund_fees import (
    post_refund_conversion,
    post_refund_fees,
    refunds_with_payer,
)
from fsm_portal.flows.from_stripe.whose_event import company_paid
from fsm_portal.flows.recorder import record_fact
from fsm_portal.flows.sweeping.account import AccountToSweep
from fsm_portal.flows.sweeping.parked import NOT_OURS, is_set_aside, put_aside
from fsm_portal.gateways.stripe_balance import Movement, Origin
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused
from fsm_portal.gateways.stripe_facts import (
    DisputeChanged,
    PaymentSucceeded,
    PayoutChanged,
    RefundChanged,
)
from fsm_portal.gateways.stripe_lookups import names_attempt

_transaction = table_of(BalanceTransaction)
_payment = table_of(Payment)
_refund = table_of(Refund)

_WAITS = "it waits for its payment"


@dataclass(frozen=True)
class Judged:
    """How many movements were put on the books, were none of ours, stay open; and topics."""

    posted: int = 0
    elsewhere: int = 0
    open: int = 0
    topics: frozenset[str] = frozenset()

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            self.posted + other.posted,
            self.elsewhere + other.elsewhere,
            self.open + other.open,
            self.topics | other.topics,
        )


def judge(account: AccountToSweep, movement: Movement) -> Judged:
    """Post what the movement tells, once; never a guess: what may still come stays open.

    Raises StripeUnavailable.
    """
    if movement.origin is Origin.ELSEWHERE and not _is_known(account, movement):
        return _elsewhere(account, movement)
    with writing() as connection:
        open_because, topics = _record(connection, account, movement)
        if not open_because:
            _note(connection, account, movement, "")
            # Nothing was new, and yet the two sides differ: that is for people to look at.
            return Judged(posted=1, topics=topics) if topics else Judged(open=1)
    if theirs := _of_another_company(account, movement):
        return _elsewhere(account, movement) + Judged(topics=theirs)
    if _was_set_aside(account, movement) or (
        movement.charge_id and _charge_is_elsewhere(account, movement.charge_id)
    ):
        return _elsewhere(account, movement)
    with writing() as connection:
        # What only waits is nobody's concern yet.
        _note(connection, account, movement, "" if open_because == _WAITS else open_because)
    return Judged(open=1, topics=topics)


def _record(
    connection: Connection, account: AccountToSweep, movement: Movement
) -> tuple[str, frozenset[str]]:
    """Why the movement has no place on the books, empty where it has; and topics."""
    fact = movement.fact
    if fact is None:
        return "Stripe says no more about it than its amount", frozenset()
    recording = record_fact(connection, account.company_id, fact, BroughtBy.SWEEP)
    if recording.outcome is not Outcome.RECORDED and not (
        isinstance(fact, PaymentSucceeded) and _is_known(account, movement)
    ):
        if recording.outcome is Outcome.PARKED:
            return _WAITS, frozenset()
        return recording.reason or "it is not about a payment of this portal", frozenset()
    match fact:
        case PaymentSucceeded():
            topics = _fees_of_payment(connection, account.company_id, fact, movement)
        case RefundChanged():
            topics = _fees_of_refund(connection, account.company_id, fact, movement)
        case DisputeChanged():
            topics = frozenset()
        case PayoutChanged():
            topics = _fee_of_payout(connection, account.company_id, fact, movement)
    return "", recording.topics | topics


def _fees_of_payment(
    connection: Connection, company_id: str, fact: PaymentSucceeded, movement: Movement
) -> frozenset[str]:
    payment = _locked(
        connection,
        select(_payment).where(
            _payment.c.company_id == company_id,
            _payment.c.payment_intent_id == fact.payment_intent_id,
        ),
    )
    if payment.balance_transaction_id != movement.id or payment.stripe_fee is not None:
        return frozenset()
    return post_fees(connection, payment, movement)


def _fees_of_refund(
    connection: Connection, company_id: str, fact: RefundChanged, movement: Movement
) -> frozenset[str]:
    refund = _locked(
        connection,
        refunds_with_payer(company_id).where(_refund.c.stripe_refund_id == fact.stripe_refund_id),
        of=_refund,
    )
    if refund.balance_transaction_id == movement.id and refund.platform_fee is None:
        return post_refund_fees(connection, refund, movement)
    # One that came back has another row than the one it left with.
    post_refund_conversion(connection, refund, movement)
    return frozenset()


def _fee_of_payout(
    connection: Connection, company_id: str, fact: PayoutChanged, movement: Movement
) -> frozenset[str]:
    """An instant payout costs something."""
    debit, credit = Account.STRIPE_FEE, Account.STRIPE
    if movement.fee < 0:
        debit, credit = credit, debit
    posted = post(
        connection,
        company_id=company_id,
        currency=movement.currency,
        source=fact.payout_id,
        occurred_at=movement.created_at,
        customer_id=None,
        postings=[Posting(debit, credit, abs(movement.fee), Kind.STRIPE_FEE, movement.id[:64])],
    )
    return frozenset({company_topic(company_id)} if posted else ())


def _is_known(account: AccountToSweep, movement: Movement) -> bool:
    """Whether it is of a payment of ours: anybody at the company can take our mark off a charge."""
    if movement.source_id is None:
        return False
    ours = select(_payment.c.id).where(
        _payment.c.company_id == account.company_id, _payment.c.charge_id == movement.source_id
    )
    with reading() as session:
        return session.connection().execute(ours).first() is not None


def _elsewhere(account: AccountToSweep, movement: Movement) -> Judged:
    """Money that the company moved at Stripe without this portal."""
    debit, credit = Account.STRIPE, Account.ELSEWHERE
    if movement.net < 0:
        debit, credit = credit, debit
    with writing() as connection:
        post(
            connection,
            company_id=account.company_id,
            currency=movement.currency,
            source=movement.id,
            occurred_at=movement.created_at,
            customer_id=None,
            postings=[Posting(debit, credit, abs(movement.net), Kind.ELSEWHERE)],
        )
        connection.execute(
            update(_transaction)
            .where(*_this(account, movement))
            .values(elsewhere=True, unmatched="")
        )
        if isinstance(movement.fact, RefundChanged | DisputeChanged):
            # Its event waits for a payment that will never come.
            put_aside(connection, account.id, movement.fact.payment_intent_id, NOT_OURS)
    return Judged(elsewhere=1, topics=frozenset({company_topic(account.company_id)}))


def _of_another_company(account: AccountToSweep, movement: Movement) -> frozenset[str]:
    """Put on its books what is of a company that was paid on this account before; topics.

    To the company that has the account now it is money from elsewhere: its balance holds it.
    """
    with writing() as connection:
        whose = company_paid(connection, account.id, movement.fact)
        if whose is None or whose == account.company_id:
            return frozenset()
        keep_movements(connection, whose, account.id, [movement])
        _, topics = _record(connection, replace(account, company_id=whose), movement)
    return topics | {company_topic(whose)}


def _was_set_aside(account: AccountToSweep, movement: Movement) -> bool:
    """Whether staff said that what Stripe told of it has nothing to do with their invoices."""
    if not isinstance(movement.fact, PaymentSucceeded | RefundChanged | DisputeChanged):
        return False
    with reading() as session:
        return is_set_aside(session.connection(), account.id, movement.fact.payment_intent_id)


def _charge_is_elsewhere(account: AccountToSweep, charge_id: str) -> bool:
    with reading() as session:
        connection = session.connection()
        ours = select(_payment.c.id).where(
            _payment.c.company_id == account.company_id, _payment.c.charge_id == charge_id
        )
        if connection.execute(ours).first() is not None:
            return False
        known = select(_transaction.c.id).where(
            _transaction.c.company_id == account.company_id,
            _transaction.c.source_id == charge_id,
            _transaction.c.elsewhere,
        )
        if connection.execute(known).first() is not None:
            return True
    try:
        return not names_attempt(account.id, charge_id)
    except StripeDenied:
        raise
    except StripeRefused:
        return False


def _note(
    connection: Connection, account: AccountToSweep, movement: Movement, unmatched: str
) -> None:
    """Why a row has no counterpart; nothing is written where that is known."""
    connection.execute(
        update(_transaction)
        .where(*_this(account, movement), _transaction.c.unmatched != unmatched[:200])
        .values(unmatched=unmatched[:200])
    )


def _this(account: AccountToSweep, movement: Movement) -> tuple[Any, ...]:
    return (_transaction.c.company_id == account.company_id, _transaction.c.id == movement.id)


def _locked(
    connection: Connection, statement: Select[Any], of: Any = None
) -> Row[*tuple[Any, ...]]:
    """The one row: whoever else would post the same takes turns here."""
    return connection.execute(statement.with_for_update(key_share=True, of=of)).one()
