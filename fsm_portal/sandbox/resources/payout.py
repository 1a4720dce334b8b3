"""Payouts: once a day, or when asked for, what is available of a balance goes to its bank.

Source: docs.stripe.com/payouts.
"""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import created_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.number_params import Currency, Integer, Moments
from fsm_portal.sandbox.params import Choice, NotHere, Shape, Tags, Text
from fsm_portal.sandbox.resources import account, balance_transaction
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json

_DAY = 24 * 3600
ON_THE_WAY = ("pending", "in_transit")
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
            _make(call, currency, amount, {"status": "in_transit"}, by_request=False)


def _make(call: Call, currency: str, amount: int, more: Json, *, by_request: bool) -> Json:
    """Send ``amount`` on its way; ``more`` is what differs when somebody asked for it."""
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
    if not by_request:
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
        "trace_id": None,
        "type": "bank_account",
        **more,
    }
    call.store.insert(call.account, "payout", body)
    emit(call, "payout.created", body, by_request=by_request)
    call.sandbox.schedule.plan("payout.arrive", call.account, payout_id, body["arrival_date"])
    return body


def arrive(call: Call, payout_id: str) -> None:
    """The money is at the account's bank."""
    body = NOUN.row(call, payout_id).body
    if body["status"] not in ON_THE_WAY:
        return
    body.update(status="paid", trace_id={"status": "supported", "value": payout_id[-12:].upper()})
    call.store.save(call.account, "payout", body)
    emit(call, "payout.paid", body, by_request=False)
    if not body["automatic"]:
        return
    body["reconciliation_status"] = "completed"
    call.store.save(call.account, "payout", body)
    emit(call, "payout.reconciliation_completed", body, by_request=False)


def fail(call: Call, payout_id: str) -> Json:
    """The bank did not take it: the money is back in the balance and goes out another day."""
    body = NOUN.row(call, payout_id).body
    transaction = _give_back(call, body, "payout_failure", "PAYOUT FAILURE")
    body.update(
        failure_balance_transaction=transaction["id"],
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
        status="failed",
    )
    call.store.save(call.account, "payout", body)
    emit(call, "payout.failed", body, by_request=False)
    return body


def _create(call: Call, params: Json) -> Json:
    """By hand: at once, of what is available, and in no daily payout's list of payments."""
    own = account.find(call, call.account).body
    if not own["payouts_enabled"]:
        raise invalid("Payouts are not enabled on this account.", code="payouts_not_allowed")
    amount, currency = params["amount"], params["currency"]
    if dict(balance_transaction.available(call)).get(currency, 0) < amount:
        raise invalid(
            "You have insufficient funds in your Stripe account for this transfer. Your card "
            "balance is too low. You can use the /v1/balance endpoint to view your Stripe "
            "balance.",
            "amount",
            "balance_insufficient",
        )
    more = {
        "automatic": False,
        "description": params.get("description"),
        "metadata": merged({}, params.get("metadata", {})),
        "reconciliation_status": "not_applicable",
        "statement_descriptor": params.get("statement_descriptor"),
        "status": "pending",
    }
    return _make(call, currency, amount, more, by_request=True)


def _cancel(call: Call, _params: Json, payout_id: str) -> Json:
    body = NOUN.row(call, payout_id).body
    if body["status"] != "pending":
        raise invalid(
            f"Payouts can only be canceled while they are pending; this one is {body['status']}."
        )
    transaction = _give_back(call, body, "payout_cancel", "PAYOUT CANCELED")
    body.update(failure_balance_transaction=transaction["id"], status="canceled")
    call.store.save(call.account, "payout", body)
    emit(call, "payout.canceled", body)
    return body


def _give_back(call: Call, body: Json, type: str, description: str) -> Json:
    """The amount is in the balance again."""
    return balance_transaction.add(
        call,
        type=type,
        source=body["id"],
        amount=body["amount"],
        currency=body["currency"],
        fees=[],
        description=description,
        available_on=clock.now(),
        reporting_category="payout_reversal",
    )


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
_BY_HAND = Shape(
    {
        "amount": Integer(1, 99_999_999_999),
        "currency": Currency(),
        "description": Text(),
        "destination": NotHere(),
        "metadata": Tags(),
        "method": Choice("standard", elsewhere=("instant",)),
        "payout_method": NotHere(),
        "source_type": Choice("card", elsewhere=("bank_account", "fpx")),
        "statement_descriptor": Text(22),
    },
    required=("amount", "currency"),
)
ENDPOINTS = [
    Endpoint("POST", "/v1/payouts", _create, _BY_HAND),
    Endpoint("POST", "/v1/payouts/{id}/cancel", _cancel),
    Endpoint(
        "GET",
        "/v1/payouts",
        _list,
        created_shape(arrival_date=Moments(), status=Text(), destination=Text()),
    ),
    Endpoint("GET", "/v1/payouts/{id}", _retrieve),
    Endpoint("POST", "/v1/payouts/{id}", _update, Shape({"metadata": Tags()})),
]
