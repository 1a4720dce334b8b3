"""What of a payment can still be refunded, and if nothing why: for the button and for the rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, case, func, select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import connection_of, table_of
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity

_payment = table_of(Payment)
_refund = table_of(Refund)
_dispute = table_of(Dispute)
_entry = table_of(LedgerEntry)

_NOTHING = [status for status in RefundStatus if status.came_to_nothing]
# Stripe refuses to refund what the bank has in its hands; a mere inquiry it does not.
_IN_THE_BANKS_HANDS = ("needs_response", "under_review")


Field = Literal["", "amount", "reason"]


class CannotRefund(Exception):
    """Why it cannot be refunded, in words for staff, and beside which ``field`` if about one."""

    def __init__(self, words: str, field: Field = "") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Refundable:
    """``amount`` in minor units; where it is 0, ``why_not`` says why in words for staff."""

    amount: int
    why_not: str = ""


def authorise(who: Identity) -> None:
    """Raises CannotRefund for everybody but staff who may move money."""
    if not who.may(May.REFUND):
        raise CannotRefund("Your role cannot refund payments. Ask the office to do it.")


def payment_of(
    connection: Connection, company_id: str, payment_id: str, *, lock: bool = False
) -> Row[*tuple[Any, ...]]:
    """The row of a payment; locked, whoever changes what is left of it waits.

    Raises CannotRefund where the company has none such.
    """
    found = None
    if isinstance(payment_id, str) and is_id(payment_id):
        wanted = select(_payment).where(
            _payment.c.company_id == company_id, _payment.c.id == payment_id
        )
        if lock:
            wanted = wanted.with_for_update(key_share=True)
        found = connection.execute(wanted).first()
    if found is None:
        raise CannotRefund("This payment does not exist.")
    return found


def what_is_left(connection: Connection, company: Company, payment: Row[*tuple[Any, ...]]) -> int:
    """Minor units that can be refunded. Raises CannotRefund where that is nothing."""
    left = refundable(connection, company, [payment])[payment.id]
    if left.why_not:
        raise CannotRefund(left.why_not)
    return left.amount


def refundable(
    session: Session | Connection, company: Company, payments: Sequence[Row[*tuple[Any, ...]]]
) -> dict[str, Refundable]:
    """What of each of ``payments`` (rows of the table) can be refunded, by id; three statements."""
    connection = connection_of(session)
    ids = [payment.id for payment in payments]
    refunded = _refunded(connection, company.id, ids)
    taken = _taken_by_disputes(connection, company.id, ids)
    disputed = _in_the_banks_hands(connection, company.id, ids)
    found: dict[str, Refundable] = {}
    for payment in payments:
        left = payment.amount - refunded.get(payment.id, 0) - taken.get(payment.id, 0)
        why_not = _why_not(company, payment, left, payment.id in disputed)
        found[payment.id] = Refundable(0 if why_not else left, why_not)
    return found


def _why_not(company: Company, payment: Row[*tuple[Any, ...]], left: int, disputed: bool) -> str:
    if payment.payment_intent_id is None:
        return (
            "This payment was taken by hand, so there is nothing to refund through Stripe. "
            "Give the money back yourself and reverse the payment here."
        )
    if (
        company.stripe_account_id != payment.stripe_account_id
        or company.stripe_deauthorized_at is not None
    ):
        return (
            "The Stripe account that took this payment is no longer connected. "
            "Refund it in that account’s Stripe dashboard, or have it connected again."
        )
    if disputed:
        return (
            "The customer’s bank is disputing this payment, and Stripe refunds nothing of it "
            "until the bank has decided."
        )
    if left <= 0:
        return "All of this payment has gone back already."
    return ""


def _refunded(connection: Connection, company_id: str, ids: list[str]) -> dict[str, int]:
    """Per payment: what was refunded, or is asked for and may be. Minor units."""
    rows = connection.execute(_REFUNDED, {"company_id": company_id, "ids": ids})
    return {payment_id: int(amount) for payment_id, amount in rows}


def _taken_by_disputes(connection: Connection, company_id: str, ids: list[str]) -> dict[str, int]:
    """Per payment: what banks have of it now. Minor units."""
    rows = connection.execute(_TAKEN, {"company_id": company_id, "ids": ids})
    return {payment_id: int(amount) for payment_id, amount in rows}


def _in_the_banks_hands(connection: Connection, company_id: str, ids: list[str]) -> set[str]:
    rows = connection.execute(_DISPUTED, {"company_id": company_id, "ids": ids})
    return {row.payment_id for row in rows}


# Made once: writing a statement costs more than running it.
_REFUNDED = (
    select(_refund.c.payment_id, func.sum(_refund.c.amount))
    .where(
        _refund.c.company_id == bindparam("company_id"),
        _refund.c.payment_id.in_(bindparam("ids", expanding=True)),
        _refund.c.status.not_in(_NOTHING),
    )
    .group_by(_refund.c.payment_id)
)
_TAKEN = (
    select(
        _entry.c.payment_id,
        func.sum(case((_entry.c.kind == Kind.DISPUTE, _entry.c.amount), else_=-_entry.c.amount)),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.payment_id.in_(bindparam("ids", expanding=True)),
        _entry.c.kind.in_((Kind.DISPUTE, Kind.DISPUTE_RETURNED)),
    )
    .group_by(_entry.c.payment_id)
)
_DISPUTED = select(_dispute.c.payment_id).where(
    _dispute.c.company_id == bindparam("company_id"),
    _dispute.c.payment_id.in_(bindparam("ids", expanding=True)),
    _dispute.c.status.in_(_IN_THE_BANKS_HANDS),
)
