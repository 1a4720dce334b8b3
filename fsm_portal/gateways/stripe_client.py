"""The official SDK, set up as we need it, and its errors as our own.

Always over HTTP; the demo points it at the sandbox.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import stripe

from fsm_portal.config import settings
from fsm_portal.gateways.stripe_facts import PLATFORM


class StripeUnavailable(Exception):
    """Stripe did not answer, cannot now, or does not take our key. What it did is not known."""


class StripeDenied(StripeUnavailable):
    """Our key may not do this, or not for this account: until the account is connected again."""


class StripeRefused(Exception):
    """Stripe understood the request and said no; text and ``code`` are Stripe's own.

    ``param`` is the parameter that it does not take, empty where it is about none.
    """

    def __init__(self, message: str, code: str = "", param: str = "") -> None:
        super().__init__(message)
        self.code, self.param = code, param


@cache
def client() -> stripe.StripeClient:
    config = settings()
    bases: Any = {}
    if config.stripe_api_base:
        # Both, or OAuth would leave the machine.
        bases = {
            "api": config.stripe_api_base,
            "connect": config.stripe_connect_base or config.stripe_api_base,
        }
    return stripe.StripeClient(
        config.stripe_secret_key.get_secret_value(),
        base_addresses=bases,
        # The SDK's own default is none.
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=20),
    )


def options(account: str, idempotency_key: str | None = None) -> Any:
    """The SDK's second argument. In the first it would be sent as a body parameter."""
    options: dict[str, str] = {}
    if account != PLATFORM:
        options["stripe_account"] = account
    if idempotency_key:
        options["idempotency_key"] = idempotency_key
    return options


@contextmanager
def our_errors() -> Iterator[None]:
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise StripeUnavailable(str(error)) from error
    except stripe.APIError as error:
        raise StripeUnavailable(str(error)) from error
    except stripe.AuthenticationError as error:
        # Our own key: whatever waits for Stripe waits until that is mended.
        raise StripeUnavailable(str(error)) from error
    except stripe.PermissionError as error:
        raise StripeDenied(str(error)) from error
    except stripe.StripeError as error:
        param = getattr(error, "param", None) or ""
        raise StripeRefused(error.user_message or str(error), error.code or "", param) from error
