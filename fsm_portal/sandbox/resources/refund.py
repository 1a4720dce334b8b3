"""Refunds: money going back to who paid. Some are on their way for days, some come back.

Source: docs.stripe.com/refunds, docs.stripe.com/connect/direct-charges#issue-refunds.
"""

from fsm_portal.sandbox import clock, money
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid, no_such
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import created_shape, field_is, list_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.number_params import Integer
from fsm_portal.sandbox.params import Choice, Flag, NotHere, Shape, Tags, Text
from fsm_portal.sandbox.resources import balance_transaction, dispute, fee_refund, refund_body
from fsm_portal.sandbox.resources import charge as charges
from fsm_portal.sandbox.resources import refund_checks as check
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json

NOUN = Noun(
    "refund",
    "refund",
    expandable=frozenset(
        {
            "balance_transaction",
            "charge",
            "customer",
            "failure_balance_transaction",
            "payment_intent",
            "payment_method",
            "source_transfer_reversal",
            "transfer_reversal",
        }
    ),
    indexed=("charge", "payment_intent"),
)


def create(call: Call, params: Json) -> Json:
    """Refund a charge. Stripe's own fee stays with Stripe; the platform's is returned if asked."""
    row = check.charge(call, params)
    check.refundable(row.body, row.hidden.get("charged_back", False))
    amount = check.amount(row.body, params.get("amount"))
    # The fees are booked before what is taken off them.
    charges.settle(call, row.id)
    row = charges.NOUN.row(call, row.id)
    charge, hidden = row.body, row.hidden
    returned = 0
    if params.get("refund_application_fee"):
        check.has_fee(charge)
        returned = _share_of_fee(charge, hidden, amount)
        hidden["fee_returned_on"] = hidden.get("fee_returned_on", 0) + amount
    by_card = charge["payment_method_details"]["type"] == "card"
    pending = not by_card or hidden.get("refund") == "pending"
    body = refund_body.build(
        new_id("re" if by_card else "pyr"),
        charge,
        amount,
        reason=params.get("reason"),
        metadata=merged({}, params.get("metadata", {})),
        pending=pending,
    )
    body["balance_transaction"] = _take_from_balance(call, charge, body, returned)["id"]
    call.store.insert(call.account, "refund", body)
    emit(call, "refund.created", body)
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.store.save(call.account, "charge", charge, hidden)
    emit(call, "charge.refunded", charge, previous=before)
    if returned:
        fee_refund.give_back(call, charge["application_fee"], returned)
    if charge["refunded"] and charge["disputed"]:
        dispute.close_inquiry(call, charge["id"])
    if pending or hidden.get("refund") == "fails":
        task = "refund.arrive" if pending else "refund.come_back"
        due = clock.precise() + call.sandbox.settings.async_delay
        call.sandbox.schedule.plan(task, call.account, body["id"], due)
    return body


def _share_of_fee(charge: Json, hidden: Json, amount: int) -> int:
    """The part of the application fee that belongs to ``amount``; all parts together are all."""
    fee, whole = charge["application_fee_amount"], charge["amount"]
    before = hidden.get("fee_returned_on", 0)
    return money.share(fee, before + amount, whole) - money.share(fee, before, whole)


def _take_from_balance(call: Call, charge: Json, refund: Json, returned: int) -> Json:
    earned = balance_transaction.NOUN.row(call, charge["balance_transaction"]).body
    fees = []
    if returned:
        application = call.sandbox.settings.application
        currency = charge["currency"]
        fees = [balance_transaction.fee_detail("application_fee", -returned, currency, application)]
    by_card = charge["payment_method_details"]["type"] == "card"
    return balance_transaction.add(
        call,
        type="refund" if by_card else "payment_refund",
        source=refund["id"],
        amount=-refund["amount"],
        currency=charge["currency"],
        fees=fees,
        description=f"REFUND FOR {'CHARGE' if by_card else 'PAYMENT'}"
        + (f" ({charge['description']})" if charge["description"] else ""),
        # Never before the money that it takes back.
        available_on=max(clock.now(), earned["available_on"]),
        reporting_category="refund",
    )


def arrive(call: Call, refund_id: str) -> None:
    """A refund that was on its way reached the customer."""
    body = NOUN.row(call, refund_id).body
    if body["status"] != "pending":
        return
    before = refund_body.arrived(body)
    call.store.save(call.account, "refund", body)
    for kind in ("refund.updated", "charge.refund.updated"):
        emit(call, kind, body, previous=before, by_request=False)


def come_back(call: Call, refund_id: str, status: str = "failed") -> None:
    """The customer's bank sent the money back (or it was ``canceled``): it is ours again."""
    body = NOUN.row(call, refund_id).body
    if body["status"] not in ("pending", "succeeded"):
        return
    transaction = balance_transaction.add(
        call,
        type="refund_failure",
        source=refund_id,
        amount=body["amount"],
        currency=body["currency"],
        fees=[],
        description="REFUND FAILURE",
        available_on=clock.now(),
    )
    before = refund_body.came_back(body, status, transaction["id"])
    call.store.save(call.account, "refund", body)
    charge = charges.NOUN.row(call, body["charge"]).body
    charge["amount_refunded"] -= body["amount"]
    charge["refunded"] = False
    call.store.save(call.account, "charge", charge)
    kinds = ("refund.failed",) if status == "failed" else ()
    for kind in (*kinds, "refund.updated", "charge.refund.updated"):
        emit(call, kind, body, previous=before, by_request=False)


def _retrieve(call: Call, _params: Json, refund_id: str) -> Json:
    return NOUN.get(call, refund_id)


def _update(call: Call, params: Json, refund_id: str) -> Json:
    body = NOUN.row(call, refund_id).body
    before = dict(body["metadata"])
    body["metadata"] = merged(before, params.get("metadata", {}))
    call.store.save(call.account, "refund", body)
    if body["metadata"] != before:
        for kind in ("refund.updated", "charge.refund.updated"):
            emit(call, kind, body, previous={"metadata": before})
    return body


def _cancel(call: Call, _params: Json, refund_id: str) -> Json:
    status = NOUN.row(call, refund_id).body["status"]
    raise invalid(
        f"Refund {refund_id} cannot be canceled: only refunds with a status of `requires_action` "
        f"can be, and this one's is `{status}`."
    )


def _list(call: Call, params: Json) -> Json:
    return NOUN.list(call, params, "/v1/refunds", by=("charge", "payment_intent"))


def _list_of_charge(call: Call, params: Json, charge_id: str) -> Json:
    charges.NOUN.row(call, charge_id)
    url = f"/v1/charges/{charge_id}/refunds"
    return NOUN.list(call, params, url, where=[field_is("charge", charge_id)])


def _retrieve_of_charge(call: Call, _params: Json, charge_id: str, refund_id: str) -> Json:
    found = NOUN.get(call, refund_id)
    if found["charge"] != charge_id:
        raise no_such("refund", refund_id)
    return found


TASKS = {"refund.arrive": arrive, "refund.come_back": come_back}
CREATE = Shape(
    {
        "amount": Integer(1),
        "charge": Text(),
        "currency": NotHere(),
        "customer": NotHere(),
        "instructions_email": NotHere(),
        "metadata": Tags(),
        "origin": NotHere(),
        "payment_intent": Text(),
        "reason": Choice("duplicate", "fraudulent", "requested_by_customer"),
        "refund_application_fee": Flag(),
        "reverse_transfer": Choice("false", elsewhere=("true",)),
    }
)
ENDPOINTS = [
    Endpoint("POST", "/v1/refunds", create, CREATE),
    Endpoint("GET", "/v1/refunds", _list, created_shape(charge=Text(), payment_intent=Text())),
    Endpoint("GET", "/v1/refunds/{id}", _retrieve),
    Endpoint("POST", "/v1/refunds/{id}", _update, Shape({"metadata": Tags()})),
    Endpoint("POST", "/v1/refunds/{id}/cancel", _cancel),
    Endpoint("GET", "/v1/charges/{id}/refunds", _list_of_charge, list_shape()),
    Endpoint("GET", "/v1/charges/{id}/refunds/{refund}", _retrieve_of_charge),
]
