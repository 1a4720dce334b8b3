"""What a Checkout Session must fulfil before it is made. Each check raises Stripe's error.

Source: docs.stripe.com/api/checkout/sessions/create.
"""

from fsm_portal.sandbox import banks, money
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import StripeError, invalid, missing_param
from fsm_portal.sandbox.resources import account as accounts
from fsm_portal.sandbox.store import Json

_CAPABILITIES = {
    "us_bank_account": "us_bank_account_ach_payments",
    "sepa_debit": "sepa_debit_payments",
}


def account(call: Call) -> None:
    """The account has a name to show and may charge."""
    own = accounts.find(call, call.account).body
    if accounts.display_name(own) is None:
        raise invalid(
            "In order to use Checkout, you must set an account or business name at "
            "https://dashboard.stripe.com/account."
        )
    if not own["charges_enabled"]:
        raise invalid(
            "Your account cannot currently make charges. Finish its onboarding first, or make it "
            "with POST /sandbox/accounts."
        )


def combinations(params: Json) -> None:
    """What must be there is there, and what excludes each other is not."""
    if "mode" not in params:
        raise missing_param("mode")
    if "success_url" not in params:
        raise missing_param("success_url")
    if not params.get("line_items"):
        raise invalid(
            "You must provide `line_items` for a Checkout Session in `payment` mode.", "line_items"
        )
    if "customer" in params and "customer_email" in params:
        raise StripeError(
            400,
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer",
            code="parameters_exclusive",
        )
    _customers(params)


def _customers(params: Json) -> None:
    """Nothing can be saved with nobody."""
    if "customer" in params and "customer_creation" in params:
        raise StripeError(
            400,
            "You may only specify one of these parameters: customer, customer_creation.",
            param="customer_creation",
            code="parameters_exclusive",
        )
    saved = params.get("saved_payment_method_options", {})
    kept = "customer" in params or params.get("customer_creation") == "always"
    if saved.get("payment_method_save") == "enabled" and not kept:
        raise invalid(
            "`payment_method_save` needs a customer: send `customer`, or "
            "`customer_creation=always`.",
            "saved_payment_method_options[payment_method_save]",
        )


def payment_types(call: Call, params: Json, currency: str) -> list[str]:
    """Ways to pay this session: cards, and debits of the currency, unless narrowed down."""
    offered = ["card"]
    own = accounts.find(call, call.account).body["capabilities"]
    if (debit := banks.TYPES.get(currency)) and own.get(_CAPABILITIES[debit]) == "active":
        offered.append(debit)
    if allowed := params.get("allowed_payment_method_types"):
        for place, each in enumerate(allowed):
            if each not in offered:
                raise invalid(
                    f"The payment method type provided: {each} is invalid. Please ensure the "
                    "provided type is activated for this account and supports the currency "
                    f"({currency}).",
                    f"allowed_payment_method_types[{place}]",
                )
        offered = [each for each in offered if each in allowed]
    offered = [e for e in offered if e not in params.get("excluded_payment_method_types", [])]
    if not offered:
        raise invalid(
            "No valid payment method types for this Checkout Session.",
            "excluded_payment_method_types",
        )
    return offered


def currency(params: Json, items: list[Json]) -> str:
    """The one currency of the session."""
    currencies = {item["currency"] for item in items}
    if "currency" in params:
        currencies.add(params["currency"])
    if len(currencies) > 1:
        raise invalid(
            "All line items in a Checkout Session must have the same currency.", "line_items"
        )
    return str(currencies.pop())


def total(total: int, currency: str) -> None:
    """An amount (minor units) that can be charged in this currency."""
    least = money.least(currency)
    if total < least:
        raise invalid(
            "The Checkout Session's total amount due must add up to at least "
            f"{money.shown(least, currency)} {currency}",
            "line_items",
            "amount_too_small",
        )
    if total > money.MOST:
        raise invalid(
            "The Checkout Session's total amount due must be no more than "
            f"{money.shown(money.MOST, currency)} {currency}",
            "line_items",
            "amount_too_large",
        )
    if total % money.granularity(currency):
        raise invalid(
            f"Invalid amount: in {currency} it must be a multiple of "
            f"{money.granularity(currency)} minor units "
            "(see https://docs.stripe.com/currencies#special-cases).",
            "line_items",
        )


def fee(call: Call, data: Json, total: int) -> None:
    """An application fee only on connected accounts, and never more than the total."""
    amount = data.get("application_fee_amount")
    if amount is None:
        return
    param = "payment_intent_data[application_fee_amount]"
    if call.on_platform:
        raise invalid(
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a "
            "direct payment (using an OAuth key or Stripe-Account header) or destination payment "
            "(using `transfer_data[destination]`).",
            param,
        )
    if amount > total:
        raise invalid("The application fee cannot be larger than the total amount.", param)
