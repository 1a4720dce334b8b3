"""Charges: one attempt to take money from a card, and what became of it."""

from fsm_portal.sandbox import clock, money
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Card
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import created_shape, field_is, page
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Text
from fsm_portal.sandbox.resources import application_fee, balance_transaction, charge_details
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.store import Json


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
    refusal, paid = card.refusal, card.refusal is None
    charge_id = new_id("ch")
    body: Json = {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "application": intent["application"],
        "application_fee": None,
        "application_fee_amount": intent["application_fee_amount"],
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": account["settings"]["payments"]["statement_descriptor"],
        "captured": paid,
        "created": clock.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": refusal.code if refusal else None,
        "failure_message": refusal.message if refusal else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": charge_details.outcome(card),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": charge_details.of_card(card, intent["amount"]),
            "type": "card",
        },
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{call.sandbox.settings.public_url}/receipts/payment/{charge_id}"
        if paid
        else None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }
    call.store.insert(call.account, "charge", body, card.behaviour)
    if paid:
        emit(call, "charge.succeeded", body)
        delay = call.sandbox.settings.settle_delay
        call.sandbox.schedule.plan(
            "charge.settle", call.account, charge_id, clock.precise() + delay
        )
        if card.dispute:
            due = clock.precise() + call.sandbox.settings.async_delay
            call.sandbox.schedule.plan("dispute.open", call.account, charge_id, due)
    else:
        emit(call, "charge.failed", body)
    return body


def settle(call: Call, charge_id: str) -> None:
    """The fees are known: balance transaction and application fee, then ``charge.updated``."""
    row = NOUN.row(call, charge_id)
    charge = row.body
    if charge["balance_transaction"] is not None:
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
    fees.append(balance_transaction.fee_detail("stripe_fee", money.stripe_fee(amount), currency))
    transaction = balance_transaction.add(
        call,
        type="charge",
        source=charge_id,
        amount=amount,
        currency=currency,
        fees=fees,
        description=charge["description"],
        available_on=clock.now() if row.hidden.get("available_at_once") else None,
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
