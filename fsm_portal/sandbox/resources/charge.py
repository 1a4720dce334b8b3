"""Charges: one attempt to take money from a card, and what became of it."""

from fsm_portal.sandbox import clock, money
from fsm_portal.sandbox.banks import BankAccount
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Card, Refusal
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import created_shape, field_is, page
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Text
from fsm_portal.sandbox.resources import application_fee, balance_transaction, charge_details
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.store import Json, Row


def _refunds(call: Call, body: Json) -> Json:
    made = call.store.rows(call.account, "refund", where=[field_is("charge", body["id"])], limit=11)
    return page(
        [row.body for row in made[:10]], len(made) > 10, f"/v1/charges/{body['id']}/refunds"
    )


NOUN = Noun(
    "charge",
    "charge",
    expandable=frozenset(
        {
            "application",
            "application_fee",
            "balance_transaction",
            "customer",
            "failure_balance_transaction",
            "on_behalf_of",
            "payment_intent",
            "review",
            "source_transfer",
            "transfer",
        }
    ),
    included={"refunds": _refunds},
    indexed=("payment_intent", "customer"),
)


def attempt(call: Call, intent: Json, card: Card, method: Json, account: Json) -> Json:
    """Charge the card for a payment intent; the charge succeeded or failed, as the card will.

    Its fees are not known yet: ``settle`` follows a moment later, as it does at Stripe.
    """
    body = charge_details.build(call, new_id("ch"), intent, method, account)
    body["outcome"] = charge_details.outcome(card)
    body["payment_method_details"] = {
        "card": charge_details.of_card(card, intent["amount"]),
        "type": "card",
    }
    call.store.insert(call.account, "charge", body, card.behaviour)
    if card.refusal is None:
        _succeed(call, body, card.dispute)
    else:
        _fail(call, body, card.refusal)
    return body


def pend(call: Call, intent: Json, bank: BankAccount, method: Json, account: Json) -> Json:
    """Ask a bank for the money; ``finish`` follows when it has answered."""
    body = charge_details.build(call, new_id("py"), intent, method, account)
    body.update(
        captured=True,
        outcome=charge_details.bank_outcome(),
        payment_method_details={bank.type: charge_details.of_bank(bank), "type": bank.type},
        status="pending",
    )
    call.store.insert(call.account, "charge", body, bank.behaviour)
    emit(call, "charge.pending", body)
    return body


def finish(call: Call, row: Row, refusal: Refusal | None) -> Json:
    """The bank paid, or refused to."""
    if refusal is None:
        _succeed(call, row.body, row.hidden["dispute"])
    else:
        _fail(call, row.body, refusal)
    return row.body


def _succeed(call: Call, body: Json, dispute: str) -> None:
    body.update(
        amount_captured=body["amount"],
        captured=True,
        paid=True,
        receipt_url=f"{call.sandbox.settings.public_url}/receipts/payment/{body['id']}",
        status="succeeded",
    )
    call.store.save(call.account, "charge", body)
    emit(call, "charge.succeeded", body)
    plan, now = call.sandbox.schedule.plan, clock.precise()
    plan("charge.settle", call.account, body["id"], now + call.sandbox.settings.settle_delay)
    if dispute:
        plan("dispute.open", call.account, body["id"], now + call.sandbox.settings.async_delay)


def _fail(call: Call, body: Json, refusal: Refusal) -> None:
    body.update(
        captured=False,
        failure_code=refusal.code,
        failure_message=refusal.message,
        status="failed",
    )
    call.store.save(call.account, "charge", body)
    emit(call, "charge.failed", body)


def settle(call: Call, charge_id: str) -> None:
    """The fees are known: balance transaction and application fee, then ``charge.updated``."""
    row = NOUN.row(call, charge_id)
    charge = row.body
    if charge["balance_transaction"] is not None or not charge["paid"]:
        return
    amount, currency = charge["amount"], charge["currency"]
    fees = []
    before: Json = {"balance_transaction": None}
    if charge["application_fee_amount"]:
        taken = application_fee.take(call, charge)
        charge["application_fee"] = taken["id"]
        before["application_fee"] = None
        fees.append(
            balance_transaction.fee_detail(
                "application_fee", taken["amount"], currency, taken["application"]
            )
        )
    method = charge["payment_method_details"]["type"]
    fee = money.stripe_fee(amount, method)
    fees.append(balance_transaction.fee_detail("stripe_fee", fee, currency))
    transaction = balance_transaction.add(
        call,
        type="charge" if method == "card" else "payment",
        source=charge_id,
        amount=amount,
        currency=currency,
        fees=fees,
        description=charge["description"],
        available_on=clock.now() if row.hidden.get("available_at_once") else None,
        reporting_category="charge",
    )
    charge["balance_transaction"] = transaction["id"]
    call.store.save(call.account, "charge", charge)
    emit(call, "charge.updated", charge, previous=before, by_request=False)


def _retrieve(call: Call, _params: Json, charge_id: str) -> Json:
    return NOUN.get(call, charge_id)


def _list(call: Call, params: Json) -> Json:
    by = ("payment_intent", "customer", "transfer_group")
    return NOUN.list(call, params, "/v1/charges", by=by)


TASKS = {"charge.settle": settle}
ENDPOINTS = [
    Endpoint(
        "GET",
        "/v1/charges",
        _list,
        created_shape(payment_intent=Text(), customer=Text(), transfer_group=Text()),
    ),
    Endpoint("GET", "/v1/charges/{id}", _retrieve),
]
