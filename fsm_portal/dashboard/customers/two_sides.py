"""The customers here and those at Stripe: the way from one list to the other."""

import reflex as rx

from fsm_portal.flows.customers.customer_query import PATH
from fsm_portal.flows.customers.stripe_side import PATH as STRIPE_PATH
from fsm_portal.ui.part_tabs import part_tabs


def two_sides(here: str) -> rx.Component:
    """``here`` is "ours" or "stripe"."""
    return part_tabs(
        "Customers",
        [("Your customers", PATH, here == "ours"), ("In Stripe", STRIPE_PATH, here == "stripe")],
        "-mt-2",
    )
