"""Line items of a Checkout Session: what is being bought, priced on the spot (``price_data``)."""

from decimal import ROUND_HALF_UP, Decimal

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.number_params import Currency, Integer, Minor, MinorDecimal
from fsm_portal.sandbox.params import Choice, Many, NotHere, Shape, Tags, Text, Url
from fsm_portal.sandbox.store import Json

PARAMS = Many(
    Shape(
        {
            "adjustable_quantity": NotHere(),
            "metadata": Tags(),
            "price": NotHere(),
            "price_data": Shape(
                {
                    "currency": Currency(),
                    "product": NotHere(),
                    "product_data": Shape(
                        {
                            "name": Text(),
                            "description": Text(40000),
                            "images": Many(Url(), most=8),
                            "metadata": Tags(),
                            "tax_code": Text(),
                            "unit_label": Text(12),
                        },
                        required=("name",),
                    ),
                    "recurring": NotHere(),
                    "tax_behavior": Choice("exclusive", "inclusive", "unspecified"),
                    "unit_amount": Minor(),
                    "unit_amount_decimal": MinorDecimal(),
                },
                required=("currency",),
            ),
            "quantity": Integer(0, 999_999),
            "tax_rates": NotHere(),
        }
    )
)


def build(params: Json, name: str) -> Json:
    """A line item object. ``name`` is its place in the request, for error messages."""
    price = params.get("price_data")
    if price is None:
        raise invalid(
            f"You must specify either `price` or `price_data` for {name}.", f"{name}[price_data]"
        )
    if "product_data" not in price:
        raise invalid(
            f"You must specify either `product` or `product_data` when creating a price: {name}.",
            f"{name}[price_data][product_data]",
            "parameter_missing",
        )
    if "quantity" not in params:
        raise invalid(f"Quantity is required. Add `quantity` to `{name}`", f"{name}[quantity]")
    if ("unit_amount" in price) == ("unit_amount_decimal" in price):
        raise invalid(
            "You must specify exactly one of `unit_amount` and `unit_amount_decimal` in "
            f"{name}[price_data].",
            f"{name}[price_data][unit_amount]",
        )
    unit = Decimal(price.get("unit_amount", price.get("unit_amount_decimal")))
    total = int((unit * params["quantity"]).quantize(Decimal(1), ROUND_HALF_UP))
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": params.get("metadata", {}),
        "price": _price(price, unit),
        "quantity": params["quantity"],
    }


def _price(params: Json, unit: Decimal) -> Json:
    whole = unit == unit.to_integral_value()
    return {
        "id": new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": clock.now(),
        "currency": params["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod"),
        "recurring": None,
        "tax_behavior": params.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": int(unit) if whole else None,
        "unit_amount_decimal": f"{unit:f}",
    }
