"""Application fees: what the platform earned on a connected account's charge. They are its own.

Source: docs.stripe.com/connect/direct-charges#collect-fees.
"""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import created_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Text
from fsm_portal.sandbox.resources import balance_transaction
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.store import Json

NOUN = Noun(
    "application_fee",
    "application fee",
    "id",
    expandable=frozenset(
        {"account", "application", "balance_transaction", "charge", "originating_transaction"}
    ),
    indexed=("charge",),
)


def take(call: Call, charge: Json) -> Json:
    """Take the fee of a settled charge for the platform: fee, balance transaction and event."""
    platform = call.platform_call
    fee_id = new_id("fee")
    amount, currency = charge["application_fee_amount"], charge["currency"]
    transaction = balance_transaction.add(
        platform,
        type="application_fee",
        source=fee_id,
        amount=amount,
        currency=currency,
        fees=[],
        description=None,
        reporting_category="platform_earning",
    )
    body: Json = {
        "id": fee_id,
        "object": "application_fee",
        "account": call.account,
        "amount": amount,
        "amount_refunded": 0,
        "application": call.sandbox.settings.application,
        "balance_transaction": transaction["id"],
        "charge": charge["id"],
        "created": clock.now(),
        "currency": currency,
        "fee_source": {"charge": charge["id"], "type": "charge"},
        "livemode": False,
        "originating_transaction": None,
        "refunded": False,
        "refunds": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/application_fees/{fee_id}/refunds",
        },
    }
    platform.store.insert(platform.account, "application_fee", body)
    emit(platform, "application_fee.created", body, by_request=False)
    return body


def _retrieve(call: Call, _params: Json, fee_id: str) -> Json:
    return NOUN.get(call, fee_id)


def _list(call: Call, params: Json) -> Json:
    return NOUN.list(call, params, "/v1/application_fees", by=("charge",))


ENDPOINTS = [
    Endpoint("GET", "/v1/application_fees", _list, created_shape(charge=Text())),
    Endpoint("GET", "/v1/application_fees/{id}", _retrieve),
]
