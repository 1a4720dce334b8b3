"""``/sandbox/refunds``, ``disputes`` and ``payouts``: what a bank decides, decided here."""

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.control_accounts import named
from fsm_portal.sandbox.errors import invalid, no_such
from fsm_portal.sandbox.number_params import Integer
from fsm_portal.sandbox.params import Choice, Shape, Text
from fsm_portal.sandbox.resources import dispute as disputes
from fsm_portal.sandbox.resources import dispute_body
from fsm_portal.sandbox.resources import payout as payouts
from fsm_portal.sandbox.resources import refund as refunds
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json, Row

REFUND = Shape(
    {
        **refunds.CREATE.readers,
        "account": Text(),
        "refund": Text(),
        "status": Choice("succeeded", "failed", "canceled"),
    }
)
PAYOUT = Shape({"account": Text(), "payout": Text(), "status": Choice("paid", "failed")})
DISPUTE = Shape(
    {
        "charge": Text(),
        "dispute": Text(),
        "amount": Integer(1),
        "reason": Choice(*dispute_body.REASONS),
        "inquiry": Choice("true", "false"),
        "outcome": Choice("won", "lost", "partially_won", "escalated", "escalated_in_full"),
    }
)


def refund(sandbox: Sandbox, params: Json) -> Json:
    """Make one for an ``account``; or one (``refund``) gets a ``status``: it arrives or not."""
    if "account" in params:
        call = named(sandbox, params.pop("account"))
        with sandbox.store.transaction():
            return refunds.create(call, params)
    if "refund" not in params or "status" not in params:
        raise invalid("Send account and charge (to refund), or refund and status.")
    row = _found(sandbox, "refund", params["refund"])
    status, was = params["status"], row.body["status"]
    if was not in ("pending", "succeeded") or was == status:
        raise invalid(f"Refund {row.id} is {was} already.", "status")
    call = Call(sandbox, row.account)
    with sandbox.store.transaction():
        if status == "succeeded":
            refunds.arrive(call, row.id)
        else:
            refunds.come_back(call, row.id, status)
    return refunds.NOUN.get(call, row.id)


def payout(sandbox: Sandbox, params: Json) -> Json:
    """Pay out what an ``account`` has available; or a ``payout`` is ``paid``, or has ``failed``."""
    with sandbox.store.transaction():
        if "account" in params:
            call = named(sandbox, params["account"])
            payouts.pay_out(call)
            return payouts.NOUN.list(call, {}, "/v1/payouts")
        if "payout" not in params or "status" not in params:
            raise invalid("Send account (to pay out), or payout and status.")
        row = _found(sandbox, "payout", params["payout"])
        call = Call(sandbox, row.account)
        if row.body["status"] not in payouts.ON_THE_WAY:
            raise invalid(f"Payout {row.id} is {row.body['status']} already.", "payout")
        if params["status"] == "failed":
            return payouts.fail(call, row.id)
        payouts.arrive(call, row.id)
        return payouts.NOUN.get(call, row.id)


def dispute(sandbox: Sandbox, params: Json) -> Json:
    """Open one on a ``charge``, or decide one (``dispute`` and ``outcome``)."""
    if "charge" in params:
        row = _found(sandbox, "charge", params["charge"])
        call = Call(sandbox, row.account)
        with sandbox.store.transaction():
            return disputes.open_on(
                call,
                row.id,
                reason=params.get("reason", "fraudulent"),
                amount=params.get("amount"),
                inquiry=params.get("inquiry") == "true",
            )
    if "dispute" not in params or "outcome" not in params:
        raise invalid("Send charge (to open a dispute), or dispute and outcome (to decide one).")
    row = _found(sandbox, "dispute", params["dispute"])
    call = Call(sandbox, row.account)
    with sandbox.store.transaction():
        return disputes.decide_as(call, row.id, params["outcome"])


def _found(sandbox: Sandbox, kind: str, object_id: str) -> Row:
    row = sandbox.store.anywhere(kind, object_id)
    if row is None:
        raise no_such(kind, object_id, kind)
    return row
