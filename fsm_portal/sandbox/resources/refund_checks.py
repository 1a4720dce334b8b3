"""What must hold before money goes back. Each check raises Stripe's error."""

from fsm_portal.sandbox import money
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import StripeError, invalid, no_such
from fsm_portal.sandbox.resources import charge as charges
from fsm_portal.sandbox.resources import payment_intent
from fsm_portal.sandbox.store import Json, Row


def charge(call: Call, params: Json) -> Row:
    """The charge a request means, by itself or by its payment intent."""
    if ("charge" in params) == ("payment_intent" in params):
        if "charge" in params:
            raise invalid(
                "You may only specify one of these parameters: charge, payment_intent.", "charge"
            )
        raise invalid(
            "One of the following params should be provided for this request: "
            "payment_intent or charge."
        )
    charge_id = params.get("charge")
    if charge_id is None:
        intent = call.store.row(call.account, "payment_intent", params["payment_intent"])
        if intent is None:
            spoken = payment_intent.NOUN.spoken
            raise no_such(spoken, params["payment_intent"], "payment_intent", status=400)
        if intent.body["status"] != "succeeded":
            raise invalid(
                f"This PaymentIntent ({intent.id}) does not have a successful charge to refund.",
                "payment_intent",
            )
        charge_id = intent.body["latest_charge"]
    row = call.store.row(call.account, "charge", charge_id)
    if row is None:
        raise no_such(charges.NOUN.spoken, charge_id, "charge", status=400)
    return row


def refundable(charge: Json, disputed_for_good: bool) -> None:
    """It was paid, is not wholly refunded and not in its holder's bank's hands."""
    charge_id = charge["id"]
    if not charge["paid"]:
        raise invalid(f"Charge {charge_id} did not succeed; there is nothing to refund.", "charge")
    if disputed_for_good:
        raise StripeError(
            400,
            f"Charge {charge_id} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if charge["refunded"]:
        raise StripeError(
            400, f"Charge {charge_id} has already been refunded.", code="charge_already_refunded"
        )


def amount(charge: Json, wanted: int | None) -> int:
    """How much goes back (minor units): all that is left, unless less is ``wanted``."""
    left: int = charge["amount"] - charge["amount_refunded"]
    if wanted is None:
        return left
    if wanted > left:
        currency = charge["currency"]
        raise invalid(
            f"Refund amount ({money.shown(wanted, currency)}) is greater than unrefunded amount "
            f"on charge ({money.shown(left, currency)})",
            "amount",
        )
    if wanted % money.granularity(charge["currency"]):
        raise invalid(
            f"Invalid amount: in {charge['currency']} it must be a multiple of "
            f"{money.granularity(charge['currency'])} minor units.",
            "amount",
        )
    return wanted


def has_fee(charge: Json) -> None:
    """There is an application fee to return."""
    if not charge["application_fee"]:
        raise invalid(
            f"Charge {charge['id']} has no application fee to refund.", "refund_application_fee"
        )
