"""Balance transactions: what moved an account's balance, with the fees taken on the way."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid, no_such
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import Condition, created_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.number_params import Currency
from fsm_portal.sandbox.params import Text
from fsm_portal.sandbox.store import Json, Row

_DAY = 24 * 3600
_DELAY_DAYS = 2
_NOT_PAID_OUT = "kind = 'balance_transaction' AND json_extract(hidden, '$.payout') IS NULL"


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
    call.store.insert(call.account, "balance_transaction", body)
    if type != "payout":
        # What becomes available is paid out at the end of that day at the latest.
        due = -(-available_on // _DAY) * _DAY
        call.sandbox.schedule.plan_once("payout.pay_out", call.account, "", due)
    return body


def available(call: Call) -> list[tuple[str, int]]:
    """What can be paid out now, per currency, in minor units; may be negative."""
    found = call.store.db.execute(
        "SELECT json_extract(body, '$.currency'), sum(json_extract(body, '$.net')) FROM objects"
        f" WHERE {_NOT_PAID_OUT} AND account = ? AND json_extract(body, '$.available_on') <= ?"
        " GROUP BY 1 ORDER BY 1",
        (call.account, clock.now()),
    ).fetchall()
    return [(currency, amount) for currency, amount in found]


def put_into(call: Call, currency: str, payout_id: str) -> None:
    """All that is available in this currency belongs to this payout."""
    call.store.db.execute(
        "UPDATE objects SET hidden = json_set(hidden, '$.payout', ?)"
        f" WHERE {_NOT_PAID_OUT} AND account = ? AND json_extract(body, '$.available_on') <= ?"
        " AND json_extract(body, '$.currency') = ?",
        (payout_id, call.account, clock.now(), currency),
    )


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
    where: list[Condition] = []
    if "payout" in params:
        payout = call.store.row(call.account, "payout", params["payout"])
        if payout is None:
            raise no_such("payout", params["payout"], "payout", status=400)
        if not payout.body["automatic"]:
            raise invalid(
                "Balance transaction history can only be filtered on automatic transfers, not "
                "manual.",
                "payout",
            )
        where.append(("json_extract(hidden, '$.payout') = ?", [params["payout"]]))
    return NOUN.list(call, params, "/v1/balance_transactions", by=by, where=where)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/v1/balance_transactions",
        _list,
        created_shape(source=Text(), type=Text(), currency=Currency(), payout=Text()),
    ),
    Endpoint("GET", "/v1/balance_transactions/{id}", _retrieve),
]
