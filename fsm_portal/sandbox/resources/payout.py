"""Payouts: once a day what is available of an account's balance goes to its bank."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import created_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.number_params import Moments
from fsm_portal.sandbox.params import Shape, Tags, Text
from fsm_portal.sandbox.resources import balance_transaction
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json

_DAY = 24 * 3600
NOUN = Noun(
    "payout",
    "payout",
    expandable=frozenset(
        {"balance_transaction", "failure_balance_transaction", "original_payout", "reversed_by"}
    ),
    indexed=("status",),
)


def pay_out(call: Call, _subject: str = "") -> None:
    """A payout per currency of which more than nothing is available."""
    for currency, amount in balance_transaction.available(call):
        if amount > 0:
            _create(call, currency, amount)


def _create(call: Call, currency: str, amount: int) -> None:
    now = clock.now()
    payout_id = new_id("po")
    transaction = balance_transaction.add(
        call,
        type="payout",
        source=payout_id,
        amount=-amount,
        currency=currency,
        fees=[],
        description="STRIPE PAYOUT",
        available_on=now,
    )
    balance_transaction.put_into(call, currency, payout_id)
    body: Json = {
        "id": payout_id,
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": (now // _DAY + 1) * _DAY,
        "automatic": True,
        "balance_transaction": transaction["id"],
        "created": now,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": f"ba_1{call.account.removeprefix('acct_')[:23]}",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "trace_id": None,
        "type": "bank_account",
    }
    call.store.insert(call.account, "payout", body)
    emit(call, "payout.created", body, by_request=False)
    call.sandbox.schedule.plan("payout.arrive", call.account, payout_id, body["arrival_date"])


def arrive(call: Call, payout_id: str) -> None:
    """The money is at the account's bank."""
    body = NOUN.row(call, payout_id).body
    if body["status"] != "in_transit":
        return
    body.update(status="paid", trace_id={"status": "supported", "value": payout_id[-12:].upper()})
    call.store.save(call.account, "payout", body)
    emit(call, "payout.paid", body, by_request=False)
    body["reconciliation_status"] = "completed"
    call.store.save(call.account, "payout", body)
    emit(call, "payout.reconciliation_completed", body, by_request=False)


def fail(call: Call, payout_id: str) -> Json:
    """The bank did not take it: the money is back in the balance and goes out another day."""
    body = NOUN.row(call, payout_id).body
    transaction = balance_transaction.add(
        call,
        type="payout_failure",
        source=payout_id,
        amount=body["amount"],
        currency=body["currency"],
        fees=[],
        description="PAYOUT FAILURE",
        available_on=clock.now(),
        reporting_category="payout_reversal",
    )
    body.update(
        failure_balance_transaction=transaction["id"],
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
        status="failed",
    )
    call.store.save(call.account, "payout", body)
    emit(call, "payout.failed", body, by_request=False)
    return body


def _retrieve(call: Call, _params: Json, payout_id: str) -> Json:
    return NOUN.get(call, payout_id)


def _update(call: Call, params: Json, payout_id: str) -> Json:
    body = NOUN.row(call, payout_id).body
    body["metadata"] = merged(body["metadata"], params.get("metadata", {}))
    return call.store.save(call.account, "payout", body)


def _list(call: Call, params: Json) -> Json:
    compare = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    where = [
        (f"json_extract(body, '$.arrival_date') {compare[bound]} ?", [moment])
        for bound, moment in params.get("arrival_date", {}).items()
    ]
    by = ("status", "destination")
    return NOUN.list(call, params, "/v1/payouts", by=by, where=where)


TASKS = {"payout.pay_out": pay_out, "payout.arrive": arrive}
ENDPOINTS = [
    Endpoint(
        "GET",
        "/v1/payouts",
        _list,
        created_shape(arrival_date=Moments(), status=Text(), destination=Text()),
    ),
    Endpoint("GET", "/v1/payouts/{id}", _retrieve),
    Endpoint("POST", "/v1/payouts/{id}", _update, Shape({"metadata": Tags()})),
]
