"""The balance of an account: the sum of its balance transactions, per currency."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.store import Json

_SUMS = (
    "SELECT json_extract(body, '$.currency'),"
    " coalesce(sum(json_extract(body, '$.net'))"
    "   FILTER (WHERE json_extract(body, '$.available_on') <= ?), 0),"
    " coalesce(sum(json_extract(body, '$.net'))"
    "   FILTER (WHERE json_extract(body, '$.available_on') > ?), 0)"
    " FROM objects WHERE kind = 'balance_transaction' AND account = ? GROUP BY 1 ORDER BY 1"
)


def balance(call: Call) -> Json:
    """The account's balance; one that never moved money has a zero in its own currency."""
    now = clock.now()
    sums = call.store.db.execute(_SUMS, (now, now, call.account)).fetchall()
    if not sums:
        account = call.store.row(call.sandbox.settings.platform, "account", call.account)
        sums = [(account.body["default_currency"] if account else "usd", 0, 0)]
    return {
        "object": "balance",
        "available": [_amount(currency, available) for currency, available, _ in sums],
        "livemode": False,
        "pending": [_amount(currency, pending) for currency, _, pending in sums],
    }


def _amount(currency: str, amount: int) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _retrieve(call: Call, _params: Json) -> Json:
    return balance(call)


ENDPOINTS = [Endpoint("GET", "/v1/balance", _retrieve)]
