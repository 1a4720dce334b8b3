"""The addresses of the pages about customers."""

import reflex as rx

from fsm_portal.dashboard.customers.customer_page import CustomerPage, customer_page
from fsm_portal.dashboard.customers.customers_page import CustomersPage, customers_page
from fsm_portal.dashboard.customers.stripe_page import StripeCustomersPage, stripe_page


def register_customers(app: rx.App) -> None:
    """Add them to ``app``."""
    app.add_page(
        customers_page,
        route="/dashboard/customers",
        title="Customers",
        on_load=CustomersPage.on_load,
    )
    app.add_page(
        stripe_page,
        route="/dashboard/customers/stripe",
        title="Customers in Stripe",
        on_load=StripeCustomersPage.on_load,
    )
    app.add_page(
        customer_page,
        route="/dashboard/customers/[customer_id]",
        title="Customer",
        on_load=CustomerPage.on_load,
    )
