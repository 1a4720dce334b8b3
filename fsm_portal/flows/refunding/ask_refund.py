"""Refund: the office gives money of a payment back, once for each press of the button."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.balances import payment_shares
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.money import exponent, parse_amount, to_decimal
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.refund import Refund, RefundReason, RefundStatus
from fsm_portal.flows.auditing.words import money_on_invoices
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.flows.refunding.refundable import CannotRefund, authorise, payment_of, what_is_left
from fsm_portal.gateways import formats
from fsm_portal.gateways.stripe_amounts import card_step

_refund = table_of(Refund)

# No amount is as long as this, however it is typed.
_LONGEST = 100


@dataclass(frozen=True)
class RefundWish:
    """What was asked for. ``amount`` is what was typed, or minor units; ``reason`` one of Stripe's.

    ``invoice_id`` is the invoice it is asked for from, which takes it first; empty for none.
    ``press_id`` is one of ours, new for each press of the button.
    """

    press_id: str
    payment_id: str
    amount: str | int
    reason: str = RefundReason.REQUESTED_BY_CUSTOMER.value
    still_owed: bool = False
    invoice_id: str = ""


def ask_refund(who: Identity, wish: RefundWish) -> tuple[str, frozenset[str]]:
    """Put a refund on our books and in the outbox; its id, and the topics to ring.

    The same press asked for again is the same refund. Raises CannotRefund; a payment of another
    company is no different from none.
    """
    authorise(who)
    if not (isinstance(wish.press_id, str) and is_id(wish.press_id)):
        raise CannotRefund("Please open the refund once more.")
    if wish.reason not in {each.value for each in RefundReason}:
        raise CannotRefund("Choose a reason.", "reason")
    if type(wish.still_owed) is not bool:
        raise CannotRefund("Say whether the amount is still owed.")
    with unit_of_work() as session:
        connection = session.connection()
        company = session.get_one(Company, who.company_id)
        # Whoever changes what is left of a payment takes turns at its row.
        payment = payment_of(connection, who.company_id, wish.payment_id, lock=True)
        pressed = _of_this_press(connection, who.company_id, wish.press_id)
        if pressed is not None:
            return pressed, frozenset()
        left = what_is_left(connection, company, payment)
        amount = _amount(wish.amount, payment.currency, left, company.locale)
        invoices = [
            share.invoice_id
            for share in payment_shares(connection, who.company_id, payment.id)
            if share.invoice_id is not None
        ]
        refund_id = new_id()
        moment = now()
        insert_once(
            connection,
            Refund,
            {
                "company_id": who.company_id,
                "id": refund_id,
                "payment_id": payment.id,
                "press_id": wish.press_id,
                "invoice_id": wish.invoice_id if wish.invoice_id in invoices else None,
                "currency": payment.currency,
                "amount": amount,
                "reason": wish.reason,
                "still_owed": wish.still_owed,
                "status": RefundStatus.ASKED,
                "failure_reason": "",
                "asked_by": who.person_id,
                "brought_by": BroughtBy.STAFF,
                "happened_at": moment,
                "recorded_at": moment,
            },
        )
        enqueue(
            connection,
            who.company_id,
            WorkKind.REFUND,
            f"refund:{refund_id}",
            {"refund_id": refund_id},
        )
        _write_down(connection, who, wish, payment, amount, invoices)
    return refund_id, topics_of(who.company_id, payment.customer_id, invoices)


def _write_down(
    connection: Connection,
    who: Identity,
    wish: RefundWish,
    payment: Row[*tuple[Any, ...]],
    amount: int,
    invoices: list[str],
) -> None:
    named = wish.invoice_id if wish.invoice_id in invoices else next(iter(invoices), "")
    words = money_on_invoices(connection, who.company_id, amount, payment.currency, invoices)
    write_down(
        connection,
        who,
        Deed.ASKED_REFUND,
        about="invoice" if named else "payment",
        about_id=named or payment.id,
        words=f"{words}, still owed" if wish.still_owed else words,
    )


def _of_this_press(connection: Connection, company_id: str, press_id: str) -> str | None:
    found: str | None = connection.execute(
        select(_refund.c.id).where(
            _refund.c.company_id == company_id, _refund.c.press_id == press_id
        )
    ).scalar()
    return found


def _amount(asked: object, currency: str, left: int, locale: str) -> int:
    """What was asked for in minor units. Raises CannotRefund unless it can be refunded."""
    if isinstance(asked, str):
        try:
            # Cut off, a long text could become another amount.
            amount = parse_amount(asked if len(asked) <= _LONGEST else "", currency)
        except ValueError as error:
            raise CannotRefund(str(error), "amount") from None
    elif type(asked) is int:
        amount = asked
    else:
        raise CannotRefund("Enter an amount such as 120.50.", "amount")
    if amount <= 0:
        raise CannotRefund("Enter an amount above zero.", "amount")
    if amount > left:
        raise CannotRefund(
            f"At most {formats.money(left, currency, locale)} of this payment can be refunded.",
            "amount",
        )
    step = card_step(currency)
    if amount % step:
        raise CannotRefund(
            f"{currency} can be refunded in steps of "
            f"{to_decimal(step, currency):.{exponent(currency)}f}.",
            "amount",
        )
    return amount
