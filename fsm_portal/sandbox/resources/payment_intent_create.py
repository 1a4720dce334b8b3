"""A payment while its customer is away: a saved card is charged over the API, at once.

The only payments that do not begin on a hosted page: ``confirm`` and ``off_session`` must be true.

Source: docs.stripe.com/payments/save-and-reuse#charge-saved-payment-method.
"""

from fsm_portal.sandbox import money
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Refusal
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid, missing_param, no_such
from fsm_portal.sandbox.number_params import Currency, Integer, Minor
from fsm_portal.sandbox.params import Choice, Email, Flag, Many, NotHere, Shape, Tags, Text
from fsm_portal.sandbox.resources import account, attachment, charge, payment_intent
from fsm_portal.sandbox.resources import customer as customers
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json

_ASKS = Refusal(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    advice=None,
)


def _create(call: Call, params: Json) -> Json:
    own = account.find(call, call.account).body
    _check(call, params, own)
    customer = customers.find(call, params["customer"])
    row = call.store.row(call.account, "payment_method", params["payment_method"])
    if row is None:
        raise no_such("PaymentMethod", params["payment_method"], "payment_method", status=400)
    if row.body["customer"] != customer["id"]:
        raise invalid(
            "The PaymentMethod does not belong to this customer. Attach it to the customer before "
            "charging it.",
            "payment_method",
        )
    if row.body["type"] != "card":
        raise invalid("The sandbox charges saved cards only.", "payment_method")
    intent = payment_intent.create(
        call,
        amount=params["amount"],
        currency=params["currency"],
        customer=customer["id"],
        data={**params, "metadata": merged({}, params.get("metadata", {}))},
        types=["card"],
    )
    card = attachment.card_of(row)
    if card.always_asks and card.refusal is None:
        card = card.refused(_ASKS)
    made = charge.attempt(call, intent, card, row.body, own)
    if card.refusal is None:
        payment_intent.succeed(call, intent, made)
        return intent
    payment_intent.fail(call, intent, row.body, card.refusal, made)
    refused = attachment.card_error(card.refusal, charge=made["id"], payment_intent=intent)
    refused.commits = True
    raise refused


def _check(call: Call, params: Json, own: Json) -> None:
    if not (params.get("confirm") and params.get("off_session")):
        raise invalid(
            "The sandbox makes payment intents with confirm=true and off_session=true only; "
            "whoever is there pays on the hosted checkout.",
            "confirm",
        )
    for name in ("customer", "payment_method"):
        if name not in params:
            raise missing_param(name)
    if not own["charges_enabled"]:
        raise invalid("Your account cannot currently make charges.")
    amount, currency = params["amount"], params["currency"]
    least = money.least(currency)
    if amount < least:
        shown = f"{money.shown(least, currency)} {currency}"
        raise invalid(f"Amount must be at least {shown}", "amount", "amount_too_small")
    if amount > money.MOST:
        shown = f"{money.shown(money.MOST, currency)} {currency}"
        raise invalid(f"Amount must be no more than {shown}", "amount", "amount_too_large")
    if amount % money.granularity(currency):
        step = money.granularity(currency)
        raise invalid(f"In {currency} an amount must be a multiple of {step}.", "amount")
    fee = params.get("application_fee_amount")
    if fee is not None and (call.on_platform or fee > amount):
        raise invalid(
            "Can only apply an application_fee_amount on a connected account, of at most the "
            "amount.",
            "application_fee_amount",
        )


def _not_here(*names: str) -> dict[str, NotHere]:
    return {name: NotHere() for name in names}


_PARAMS = Shape(
    {
        "allowed_payment_method_types": Many(Choice("card")),
        "amount": Integer(0),
        "application_fee_amount": Minor(),
        "automatic_payment_methods": Shape(
            {"allow_redirects": Choice("always", "never"), "enabled": Flag()}
        ),
        "capture_method": Choice("automatic", "automatic_async", elsewhere=("manual",)),
        "confirm": Flag(),
        "currency": Currency(),
        "customer": Text(),
        "description": Text(1000),
        "error_on_requires_action": Flag(),
        "metadata": Tags(),
        "off_session": Flag(),
        "payment_method": Text(),
        "receipt_email": Email(),
        "statement_descriptor": Text(22),
        "statement_descriptor_suffix": Text(22),
        "transfer_group": Text(),
        **_not_here("amount_details", "confirmation_method", "confirmation_token",
            "customer_account", "excluded_payment_method_types", "hooks", "mandate",
            "mandate_data", "on_behalf_of", "payment_details", "payment_method_configuration",
            "payment_method_data", "payment_method_options", "radar_options", "return_url",
            "setup_future_usage", "shipping", "transfer_data", "use_stripe_sdk"),
    },
    required=("amount", "currency"),
)  # fmt: skip
ENDPOINTS = [Endpoint("POST", "/v1/payment_intents", _create, _PARAMS)]
