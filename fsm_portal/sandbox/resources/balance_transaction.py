"""Balance transactions: what moved an account's balance, with the fees taken on the way."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import created_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.number_params import Currency
from fsm_portal.sandbox.params import Text
from fsm_portal.sandbox.store import Json, Row

_DAY = 24 * 3600
_DELAY_DAYS = 2


def add(
    call: Call,
    *,
    type: str,
    source: str,
    amount: int,
    currency: str,
    fees: list[Json],
    description: str | None,
    available_on: int | None = None,
    reporting_category: str | None = None,
) -> Json:
    """Record a movement of ``amount`` (minor units, negative for money going out) less ``fees``.

    The money becomes available at midnight UTC two days later, or at ``available_on``. A ``type``
    of movement that Stripe reports under another name has a ``reporting_category``.
    """
    now = clock.now()
    if available_on is None:
        available_on = (now // _DAY + _DELAY_DAYS) * _DAY
    fee = sum(each["amount"] for each in fees)
    body: Json = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees,
        "net": amount - fee,
        "reporting_category": reporting_category or type,
        "source": source,
        "status": "pending",
        "type": type,
    }
    return call.store.insert(call.account, "balance_transaction", body)


def fee_detail(
    type: str,
    amount: int,
    currency: str,
    application: str | None = None,
    text: str = "Stripe processing fees",
) -> Json:
    """One of the fees: ``stripe_fee`` or ``application_fee``; negative when it is given back."""
    if type == "application_fee":
        text = "Application fee"
    return {
        "amount": amount,
        "application": application,
        "currency": currency,
        "description": text,
        "type": type,
    }


def _present(_call: Call, row: Row) -> Json:
    status = "available" if row.body["available_on"] <= clock.now() else "pending"
    return {**row.body, "status": status}


NOUN = Noun(
    "balance_transaction",
    "balance transaction",
    expandable=frozenset({"source"}),
    present=_present,
    # The last one holds all that a balance is summed from.
    indexed=("source", "type", "currency available_on net"),
)


def _retrieve(call: Call, _params: Json, transaction_id: str) -> Json:
    return NOUN.get(call, transaction_id)


def _list(call: Call, params: Json) -> Json:
    by = ("source", "type", "currency")
    return NOUN.list(call, params, "/v1/balance_transactions", by=by)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/v1/balance_transactions",
        _list,
        created_shape(source=Text(), type=Text(), currency=Currency()),
    ),
    Endpoint("GET", "/v1/balance_transactions/{id}", _retrieve),
]
