"""Disputes: a cardholder's bank takes the money back, asks why it should not, and decides.

Source: docs.stripe.com/disputes.
"""

from typing import Any

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.listing import created_shape, field_is
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Choice, Flag, NotHere, Reader, Shape, Tags, Text
from fsm_portal.sandbox.resources import charge as charges
from fsm_portal.sandbox.resources import dispute_body
from fsm_portal.sandbox.resources import dispute_money as moves
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json, Row

NOUN = Noun(
    "dispute",
    "dispute",
    expandable=frozenset({"charge", "payment_intent"}),
    indexed=("charge", "payment_intent"),
)
_WAITING = ("needs_response", "warning_needs_response")
_OPEN = (*_WAITING, "under_review", "warning_under_review")
# Written into `uncategorized_text`, these decide (docs.stripe.com/testing#evidence).
_MAGIC = {
    "winning_evidence": "won",
    "losing_evidence": "lost",
    "escalate_inquiry_evidence": "escalated",
}


def open_on(
    call: Call, charge_id: str, *, reason: str, amount: int | None = None, inquiry: bool = False
) -> Json:
    """The bank disputes what is left of the charge, or ``amount`` of it (minor units).

    Banks may dispute all of a charge of which a part was refunded: say so by the amount.
    """
    charges.settle(call, charge_id)
    row = charges.NOUN.row(call, charge_id)
    charge = row.body
    if not charge["paid"]:
        raise invalid(f"Charge {charge_id} was not paid; nobody can dispute it.", "charge")
    if charge["disputed"]:
        raise invalid(f"Charge {charge_id} is disputed already.", "charge")
    left = charge["amount"] - charge["amount_refunded"]
    if not (amount or left) or (amount or 0) > charge["amount"]:
        raise invalid(f"There is no such amount to dispute on charge {charge_id}.", "amount")
    charge["disputed"] = True
    call.store.save(call.account, "charge", charge)
    body = dispute_body.build(charge, amount or left, reason, inquiry=inquiry)
    call.store.insert(call.account, "dispute", body)
    if inquiry:
        emit(call, "charge.dispute.created", body, by_request=False)
    else:
        moves.withdraw(call, body, "charge.dispute.created")
    due_by = body["evidence_details"]["due_by"]
    call.sandbox.schedule.plan("dispute.fall_due", call.account, body["id"], due_by)
    return body


def open_by_card(call: Call, charge_id: str) -> None:
    """What a test card brings some time after its payment."""
    row = charges.NOUN.row(call, charge_id)
    reason = row.hidden["dispute"]
    if row.body["disputed"] or row.body["refunded"]:
        return
    inquiry = reason == "inquiry"
    open_on(call, charge_id, reason="general" if inquiry else reason, inquiry=inquiry)


def decide_as(call: Call, dispute_id: str, outcome: str) -> Json:
    """The bank decides: ``won``, ``lost``, ``partially_won``, or (an inquiry) ``escalated``.

    Partially won is a lost one of which comes back what had been refunded before
    (support.stripe.com/questions/dispute-for-full-charge-amount-after-a-partial-refund-was-issued).
    ``escalated_in_full``: the bank takes all that it asked about, whatever was refunded.
    """
    body = NOUN.row(call, dispute_id).body
    status = body["status"]
    if status not in _OPEN:
        raise invalid(f"This dispute is already closed; its status is `{status}`.", "dispute")
    if outcome.startswith("escalated"):
        if not status.startswith("warning_"):
            raise invalid("Only an inquiry can be escalated.", "outcome")
        return _escalate(call, body, in_full=outcome == "escalated_in_full")
    before = {"status": status}
    if status.startswith("warning_"):
        body["status"] = "warning_closed"
    else:
        body["status"] = "won" if outcome == "won" else "lost"
    body["is_charge_refundable"] = outcome == "won"
    call.store.save(call.account, "dispute", body)
    if body["status"] == "won":
        moves.reinstate(call, body, body["amount"])
        moves.mark_charge(call, body, charged_back=False)
    elif outcome == "partially_won" and (twice := moves.taken_twice(call, body)) > 0:
        moves.reinstate(call, body, twice)
    emit(call, "charge.dispute.closed", body, previous=before, by_request=False)
    return body


def _escalate(call: Call, body: Json, *, in_full: bool) -> Json:
    """The bank takes what has not been refunded in the meantime, or all of it.

    All of it, too, where nothing was left when it asked: it did not look at refunds then either.
    """
    charge = charges.NOUN.row(call, body["charge"]).body
    before = {"status": body["status"], "is_charge_refundable": True}
    body.update(status="needs_response", is_charge_refundable=False)
    left = charge["amount"] - charge["amount_refunded"]
    if 0 < left < body["amount"] and not in_full:
        before["amount"], body["amount"] = body["amount"], left
    if "payment_method_details" in body:
        body["payment_method_details"]["card"]["case_type"] = "chargeback"
    call.store.save(call.account, "dispute", body)
    emit(call, "charge.dispute.updated", body, previous=before, by_request=False)
    moves.withdraw(call, body)
    return body


def decide(call: Call, dispute_id: str) -> None:
    """What the evidence brings a moment after it was handed in."""
    row = NOUN.row(call, dispute_id)
    if row.body["status"] in _OPEN and (outcome := row.hidden.get("outcome")):
        if outcome == "escalated" and not row.body["status"].startswith("warning_"):
            return
        decide_as(call, dispute_id, outcome)


def close_inquiry(call: Call, charge_id: str) -> None:
    """A full refund answers an inquiry."""
    for row in call.store.rows(call.account, "dispute", where=[field_is("charge", charge_id)]):
        if row.body["status"].startswith("warning_") and row.body["status"] in _OPEN:
            decide_as(call, row.id, "won")


def fall_due(call: Call, dispute_id: str) -> None:
    """Nobody answered in time: a dispute is lost, an inquiry ends."""
    body = NOUN.row(call, dispute_id).body
    if body["status"] in _WAITING:
        body["evidence_details"]["past_due"] = True
        call.store.save(call.account, "dispute", body)
        decide_as(call, dispute_id, "lost")


def _answerable(call: Call, dispute_id: str) -> Row:
    row = NOUN.row(call, dispute_id)
    if row.body["status"] not in _OPEN:
        raise invalid("This dispute is already closed")
    return row


def _update(call: Call, params: Json, dispute_id: str) -> Json:
    row = _answerable(call, dispute_id) if "evidence" in params else NOUN.row(call, dispute_id)
    body, hidden = row.body, row.hidden
    before = {name: body[name] for name in ("evidence", "evidence_details", "metadata", "status")}
    body["metadata"] = merged(body["metadata"], params.get("metadata", {}))
    if "evidence" in params:
        if body["status"] not in _WAITING:
            raise invalid("Evidence was submitted for this dispute already.", "evidence")
        body["evidence"] = {**body["evidence"], **params["evidence"]}
        told = any(body["evidence"][name] for name in dispute_body.EVIDENCE)
        body["evidence_details"] = {**body["evidence_details"], "has_evidence": told}
    if params.get("submit", "evidence" in params) and body["status"] in _WAITING:
        inquiry = body["status"].startswith("warning_")
        body["status"] = "warning_under_review" if inquiry else "under_review"
        count = body["evidence_details"]["submission_count"] + 1
        body["evidence_details"] = {**body["evidence_details"], "submission_count": count}
        if outcome := _MAGIC.get(body["evidence"]["uncategorized_text"] or ""):
            hidden["outcome"] = outcome
            due = clock.precise() + call.sandbox.settings.settle_delay
            call.sandbox.schedule.plan("dispute.decide", call.account, dispute_id, due)
    call.store.save(call.account, "dispute", body, hidden)
    changed = {name: value for name, value in before.items() if value != body[name]}
    if changed:
        emit(call, "charge.dispute.updated", body, previous=changed)
    return body


def _close(call: Call, _params: Json, dispute_id: str) -> Json:
    """The company accepts that it lost."""
    _answerable(call, dispute_id)
    return decide_as(call, dispute_id, "lost")


def _retrieve(call: Call, _params: Json, dispute_id: str) -> Json:
    return NOUN.get(call, dispute_id)


def _list(call: Call, params: Json) -> Json:
    return NOUN.list(call, params, "/v1/disputes", by=("charge", "payment_intent"))


TASKS: dict[str, Any] = {
    "dispute.open": open_by_card,
    "dispute.decide": decide,
    "dispute.fall_due": fall_due,
}
_EVIDENCE: dict[str, Reader] = {
    **{name: Text(20_000, clearable=True) for name in dispute_body.EVIDENCE},
    "enhanced_evidence": NotHere(),
}
_CHANGEABLE: dict[str, Reader] = {
    "evidence": Shape(_EVIDENCE),
    "intended_submission_method": Choice("manual", elsewhere=("prefer_manual", "smart_disputes")),
    "metadata": Tags(),
    "submit": Flag(),
}
ENDPOINTS = [
    Endpoint("GET", "/v1/disputes", _list, created_shape(charge=Text(), payment_intent=Text())),
    Endpoint("GET", "/v1/disputes/{id}", _retrieve),
    Endpoint("POST", "/v1/disputes/{id}", _update, Shape(_CHANGEABLE)),
    Endpoint("POST", "/v1/disputes/{id}/close", _close),
]
