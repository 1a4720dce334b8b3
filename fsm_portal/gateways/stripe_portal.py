"""Stripe's billing portal: a hosted page where a customer adds, changes and removes their cards."""

from fsm_portal.gateways.stripe_client import StripeRefused, client, options, our_errors


def make_configuration(account: str, company_id: str, instead_of: str = "") -> str:
    """What the portal offers on ``account``: payment methods and nothing else. Stripe's id of it.

    ``instead_of`` is one that Stripe does not know any more. Raises StripeUnavailable,
    StripeRefused.
    """
    with our_errors():
        made = client().v1.billing_portal.configurations.create(
            {
                "features": {
                    "payment_method_update": {"enabled": True},
                    # Payments are told here, next to the invoices they paid.
                    "invoice_history": {"enabled": False},
                }
            },
            options(account, f"billing-portal-{company_id}-{instead_of}"),
        )
    return made.id


def open_portal(account: str, configuration: str, customer: str, return_url: str) -> str:
    """The address of a page for one customer; it ends within minutes if nobody comes.

    Raises StripeUnavailable, StripeRefused.
    """
    with our_errors():
        session = client().v1.billing_portal.sessions.create(
            {"customer": customer, "configuration": configuration, "return_url": return_url},
            options(account),
        )
    return session.url


def configuration_is_gone(error: StripeRefused) -> bool:
    """Whether Stripe refused because it does not know the configuration, or it was switched off."""
    return error.param == "configuration"
