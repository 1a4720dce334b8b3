"""What a dispute moves: out of the account's balance, and back into it."""

from fsm_portal.sandbox import clock, money
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.resources import balance_transaction
from fsm_portal.sandbox.resources import charge as charges
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.store import Json


def withdraw(call: Call, body: Json, *first: str) -> None:
    """The disputed amount and the fee leave the balance. Stripe never returns the fee."""
    fee = balance_transaction.fee_detail(
        "stripe_fee", money.dispute_fee(body["currency"]), body["currency"], text="Dispute fee"
    )
    _book(call, body, -body["amount"], [fee], "Chargeback withdrawal", "dispute")
    mark_charge(call, body, charged_back=True)
    for kind in (*first, "charge.dispute.funds_withdrawn"):
        emit(call, kind, body, by_request=False)


def reinstate(call: Call, body: Json, amount: int) -> None:
    """``amount`` (minor units) is in the balance again."""
    _book(call, body, amount, [], "Chargeback reversal", "dispute_reversal")
    emit(call, "charge.dispute.funds_reinstated", body, by_request=False)


def taken_twice(call: Call, body: Json) -> int:
    """What the bank took beyond what was left of the charge, minor units."""
    if not body["balance_transactions"]:
        return 0
    charge = charges.NOUN.row(call, body["charge"]).body
    return int(body["amount"] - (charge["amount"] - charge["amount_refunded"]))


def mark_charge(call: Call, body: Json, *, charged_back: bool) -> None:
    """Whether the charge is in its holder's bank's hands: then it cannot be refunded."""
    row = charges.NOUN.row(call, body["charge"])
    call.store.save(call.account, "charge", row.body, {**row.hidden, "charged_back": charged_back})


def _book(call: Call, body: Json, amount: int, fees: list[Json], text: str, category: str) -> None:
    charge = charges.NOUN.row(call, body["charge"]).body
    earned = balance_transaction.NOUN.row(call, charge["balance_transaction"]).body
    transaction = balance_transaction.add(
        call,
        type="adjustment",
        source=body["id"],
        amount=amount,
        currency=body["currency"],
        fees=fees,
        description=f"{text} for {body['charge']}",
        available_on=max(clock.now(), earned["available_on"]),
        reporting_category=category,
    )
    body["balance_transactions"] = [transaction, *body["balance_transactions"]]
    call.store.save(call.account, "dispute", body)
