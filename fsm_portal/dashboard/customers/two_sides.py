"""The customers here and those at Stripe: the way from one list to the other."""

import reflex as rx

from fsm_portal.flows.customers.customer_query import PATH
from fsm_portal.flows.customers.stripe_side import PATH as STRIPE_PATH
from fsm_portal.ui.link import link

_TAB = (
    "inline-flex min-h-11 items-center border-b-2 px-1 font-semibold whitespace-nowrap "
    "transition-colors"
)


def two_sides(here: str) -> rx.Component:
    """``here`` is "ours" or "stripe"."""
    sides = (("ours", "Your customers", PATH), ("stripe", "In Stripe", STRIPE_PATH))
    return rx.el.nav(
        *[
            link(
                label,
                to=path,
                class_name=f"{_TAB} border-brand text-brand-ink"
                if name == here
                else f"{_TAB} border-transparent text-muted hover:text-ink",
                custom_attrs={"aria-current": "page" if name == here else "false"},
            )
            for name, label, path in sides
        ],
        aria_label="Customers",
        class_name="-mt-2 flex gap-6 border-b border-line",
    )
