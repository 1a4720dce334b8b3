"""A payment method kept with a customer, and taken away again.

Source: docs.stripe.com/payments/checkout/save-during-payment.
"""

from datetime import UTC, datetime
from typing import Any

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Card, Refusal, remembered
from fsm_portal.sandbox.errors import StripeError
from fsm_portal.sandbox.listing import field_is
from fsm_portal.sandbox.resources import payment_method_body
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.store import Json, Row

# As many as the hosted pages of Stripe show.
_SHOWN = 50


def attach(call: Call, method: Json, customer: str) -> Json:
    """Keep ``method``, which is nobody's yet, with the customer of this id."""
    method["customer"] = customer
    call.store.save(call.account, "payment_method", method)
    emit(call, "payment_method.attached", method)
    return method


def add(call: Call, card: Card, billing: Json, customer: str, allow_redisplay: str) -> Json:
    """A card that was not paid with, kept with the customer. Raises 402 if its bank says no."""
    if not card.saves:
        refusal = card.refusal
        assert refusal is not None
        raise card_error(refusal)
    method = payment_method_body.build(card, billing, allow_redisplay)
    call.store.insert(call.account, "payment_method", method, card.kept)
    return attach(call, method, customer)


def card_error(refusal: Refusal, **more: Any) -> StripeError:
    """402: the card's bank says no."""
    if refusal.decline_code:
        more["decline_code"] = refusal.decline_code
    return StripeError(402, refusal.message, type="card_error", code=refusal.code, **more)


def detach(call: Call, method: Json, *, customer_gone: bool = False) -> Json:
    """Take ``method`` from its customer, for good; it is the default no longer."""
    customer, method["customer"] = method["customer"], None
    call.store.save(call.account, "payment_method", method)
    emit(call, "payment_method.detached", method, previous={"customer": customer})
    row = call.store.row(call.account, "customer", customer)
    if row is None or customer_gone:
        return method
    if row.body["invoice_settings"]["default_payment_method"] == method["id"]:
        set_default(call, row.body, None)
    return method


def set_default(call: Call, customer: Json, method_id: str | None) -> None:
    """What the customer wants to pay with unless told otherwise."""
    before = dict(customer["invoice_settings"])
    customer["invoice_settings"] = {**before, "default_payment_method": method_id}
    call.store.save(call.account, "customer", customer)
    previous = {"invoice_settings": {"default_payment_method": before["default_payment_method"]}}
    emit(call, "customer.updated", customer, previous=previous)


def is_of(call: Call, method_id: str, customer: str) -> bool:
    """Whether the payment method of this id is kept with this customer."""
    row = call.store.row(call.account, "payment_method", method_id)
    return row is not None and row.body["customer"] == customer


def default_of(call: Call, customer: str) -> str | None:
    """The id of what the customer wants to pay with unless told otherwise."""
    row = call.store.row(call.account, "customer", customer)
    if row is None or row.body.get("deleted"):
        return None
    found: str | None = row.body["invoice_settings"]["default_payment_method"]
    return found


def cards(call: Call, customer: str) -> list[Row]:
    """The customer's cards that have not expired, newest first."""
    where = [field_is("customer", customer), field_is("type", "card")]
    rows = call.store.rows(call.account, "payment_method", where=where, limit=_SHOWN)
    today = datetime.fromtimestamp(clock.now(), UTC)
    return [row for row in rows if _expires(row.body) >= (today.year, today.month)]


def card_of(row: Row) -> Card:
    """The card behind a kept payment method."""
    return remembered(row.body["card"], row.hidden)


def _expires(method: Json) -> tuple[int, int]:
    return method["card"]["exp_year"], method["card"]["exp_month"]
