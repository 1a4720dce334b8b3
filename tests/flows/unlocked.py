"""What workers do in a race: as the portal does it, or, for a control, with one guard off.

Both leave the others time between their look and their deed. They run in processes of their own.
"""

import time
from unittest.mock import patch

from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying import start_checkout as checking_out
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.flows.refunding import ask_refund as asking
from fsm_portal.flows.refunding.ask_refund import RefundWish
from fsm_portal.flows.refunding.refundable import CannotRefund

_PAUSE = 0.4
_look, _payment_of, _open = asking.what_is_left, asking.payment_of, checking_out._open


def _look_and_pause(*about):
    left = _look(*about)
    time.sleep(_PAUSE)
    return left


def _payment_without_its_lock(connection, *about, lock):
    return _payment_of(connection, *about, lock=False)


def _pause_and_open(*about):
    time.sleep(_PAUSE)
    return _open(*about)


def refund(who: Identity, wish: RefundWish, locked: bool = True) -> str:
    """The refund's id, or what staff are told."""
    with (
        patch.object(asking, "what_is_left", _look_and_pause),
        patch.object(asking, "payment_of", _payment_of if locked else _payment_without_its_lock),
    ):
        try:
            return asking.ask_refund(who, wish)[0]
        except CannotRefund as error:
            return str(error)


def press_pay(who: Identity, invoice_id: str, rivals_closed: bool = True) -> str:
    """The page's address; empty where the customer is told that somebody else is paying."""
    close = checking_out._close_rivals if rivals_closed else lambda *_: None
    with (
        patch.object(checking_out, "_open", _pause_and_open),
        patch.object(checking_out, "_close_rivals", close),
    ):
        try:
            return checking_out.start_checkout(who, invoice_id)
        except CannotPay:
            return ""
