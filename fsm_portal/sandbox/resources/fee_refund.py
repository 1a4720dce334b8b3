"""Refunds of application fees: what the platform gives back when a payment is refunded."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import no_such
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import field_is, list_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.resources import application_fee, balance_transaction
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.store import Json

NOUN = Noun(
    "fee_refund",
    "fee refund",
    expandable=frozenset({"balance_transaction", "fee"}),
    indexed=("fee",),
)


def give_back(call: Call, fee_id: str, amount: int) -> Json:
    """Return ``amount`` (minor units) of the fee from the platform to the charge's account.

    The account's side of it is in the balance transaction of its refund.
    """
    platform = call.platform_call
    fee = application_fee.NOUN.row(platform, fee_id).body
    refund_id = new_id("fr")
    transaction = balance_transaction.add(
        platform,
        type="application_fee_refund",
        source=refund_id,
        amount=-amount,
        currency=fee["currency"],
        fees=[],
        description=None,
        available_on=clock.now(),
        reporting_category="platform_earning_refund",
    )
    body: Json = {
        "id": refund_id,
        "object": "fee_refund",
        "amount": amount,
        "balance_transaction": transaction["id"],
        "created": clock.now(),
        "currency": fee["currency"],
        "fee": fee_id,
        "metadata": {},
    }
    platform.store.insert(platform.account, "fee_refund", body)
    before = {"amount_refunded": fee["amount_refunded"], "refunded": fee["refunded"]}
    fee["amount_refunded"] += amount
    fee["refunded"] = fee["amount_refunded"] == fee["amount"]
    latest = [body, *fee["refunds"]["data"]]
    fee["refunds"] = {**fee["refunds"], "data": latest[:10], "has_more": len(latest) > 10}
    platform.store.save(platform.account, "application_fee", fee)
    emit(platform, "application_fee.refunded", fee, previous=before, by_request=False)
    return body


def _retrieve(call: Call, _params: Json, fee_id: str, refund_id: str) -> Json:
    found = NOUN.get(call, refund_id)
    if found["fee"] != fee_id:
        raise no_such("fee refund", refund_id)
    return found


def _list(call: Call, params: Json, fee_id: str) -> Json:
    application_fee.NOUN.row(call, fee_id)
    url = f"/v1/application_fees/{fee_id}/refunds"
    return NOUN.list(call, params, url, where=[field_is("fee", fee_id)])


ENDPOINTS = [
    Endpoint("GET", "/v1/application_fees/{id}/refunds", _list, list_shape()),
    Endpoint("GET", "/v1/application_fees/{id}/refunds/{refund}", _retrieve),
]
