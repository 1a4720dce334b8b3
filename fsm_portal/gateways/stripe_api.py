"""Stripe, through its official SDK, always over HTTP. The demo points it at the sandbox.

Direct charges: every call names the connected account; card details never come near us.
"""

import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe

from fsm_portal.gateways.stripe_amounts import to_stripe
from fsm_portal.gateways.stripe_client import StripeRefused, client, options, our_errors
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import (
    ATTEMPT_KEY,
    PLATFORM,
    AccountChanged,
    CheckoutExpired,
    CheckoutProcessing,
    Event,
    PaymentSucceeded,
)
from fsm_portal.gateways.stripe_objects import checkout_session

log = logging.getLogger(__name__)

# https://docs.stripe.com/webhooks: five minutes, to refuse replays of a captured request.
TOLERANCE_SECONDS = 300
# An id from a query string becomes part of a URL: "..", "" or a slash would change the request.
_SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,200}")


class BadSignature(Exception):
    """A webhook that Stripe did not sign, or signed too long ago (or ahead)."""


@dataclass(frozen=True)
class CheckoutLine:
    """One line of Stripe's page: ``amount`` in minor units."""

    name: str
    amount: int


@dataclass(frozen=True)
class OpenCheckout:
    """A checkout page that waits for the customer; ``expires_at`` in UTC."""

    session_id: str
    url: str
    expires_at: datetime


def open_checkout(
    *,
    account: str,
    attempt_id: str,
    currency: str,
    lines: list[CheckoutLine],
    application_fee: int,
    email: str | None,
    description: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
    customer: str | None = None,
) -> OpenCheckout:
    """Open a checkout page for ``attempt_id``; asked again with the same id it is the same page.

    ``customer`` is Stripe's: their saved card is offered, and a new one is kept if they tick so on
    the page, never otherwise. Without it the page is for whoever has ``email``.

    Raises StripeUnavailable, StripeRefused, and ValueError for an amount that is no multiple of
    the currency's ``card_step``.
    """
    metadata = {ATTEMPT_KEY: attempt_id}
    intent: dict[str, Any] = {"metadata": metadata, "description": description}
    if application_fee and account != PLATFORM:
        intent["application_fee_amount"] = to_stripe(application_fee, currency)
    params: dict[str, Any] = {
        "mode": "payment",
        "submit_type": "pay",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": to_stripe(line.amount, currency),
                    "product_data": {"name": line.name},
                },
            }
            for line in lines
        ],
        "client_reference_id": attempt_id,
        "metadata": metadata,
        "payment_intent_data": intent,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
    }
    key = f"attempt-{attempt_id}"
    if customer:
        params["customer"] = customer
        params["saved_payment_method_options"] = {"payment_method_save": "enabled"}
        # For another customer it is another request.
        key = f"{key}-{customer}"
    elif email:
        params["customer_email"] = email
    with our_errors():
        session = client().v1.checkout.sessions.create(
            params,  # type: ignore[arg-type]
            options(account, key),
        )
    if not session.url:
        raise StripeRefused("Stripe gave no page for this checkout.")
    return OpenCheckout(session.id, session.url, datetime.fromtimestamp(session.expires_at, UTC))


def expire_checkout(account: str, session_id: str) -> bool:
    """Close a checkout page. False when it cannot be: it was completed or is closed already."""
    try:
        with our_errors():
            client().v1.checkout.sessions.expire(session_id, None, options(account))
    except StripeRefused:
        return False
    return True


def is_session_id(text: str) -> bool:
    """Whether ``text``, from a query string, has the form of a checkout session's id."""
    return _SESSION_ID.fullmatch(text) is not None


def look_up_checkout(
    account: str, session_id: str, seen_at: datetime
) -> PaymentSucceeded | CheckoutProcessing | CheckoutExpired | None:
    """What Stripe says of a checkout session now; None while it is open.

    Raises ValueError for what cannot be a session's id, StripeUnavailable, StripeRefused.
    """
    if not is_session_id(session_id):
        raise ValueError("not the id of a checkout session")
    with our_errors():
        session = client().v1.checkout.sessions.retrieve(
            session_id,
            {"expand": ["payment_intent.latest_charge"]},
            options(account),
        )
    return checkout_session(session.to_dict(), seen_at)


def account_state(account: str) -> AccountChanged:
    """What a connected account may do now. Raises StripeUnavailable, StripeRefused."""
    with our_errors():
        found = client().v1.accounts.retrieve(account)
    return AccountChanged(bool(found.charges_enabled), bool(found.payouts_enabled))


def events_since(account: str, since: datetime) -> Iterator[Event]:
    """The account's events created at or after ``since``, oldest first (Stripe keeps 30 days).

    One that cannot be read is logged and left out. Raises StripeUnavailable, StripeRefused.
    """
    with our_errors():
        page = client().v1.events.list(
            {"created": {"gte": int(since.timestamp())}, "limit": 100}, options(account)
        )
        # As text: the library's own objects take ten times as much memory.
        newest_first = [(found.id, _as_text(found, account)) for found in page.auto_paging_iter()]
    while newest_first:
        event_id, text = newest_first.pop()
        try:
            yield read_event(text)
        except ValueError as error:
            log.warning("event %s cannot be read: %s", event_id, error)


def _as_text(found: stripe.Event, account: str) -> str:
    body = found.to_dict()
    # Listed with the Stripe-Account header an event need not name the account again.
    if account != PLATFORM:
        body["account"] = account
    return json.dumps(body, default=str, separators=(",", ":"))


def verified_event(body: bytes, signature: str, secret: str) -> Event:
    """The event in a webhook's raw ``body``, its signature checked against ``secret``.

    Raises BadSignature, and ValueError for a signed body that is not an event.
    """
    # The comparison in the SDK raises TypeError for anything else.
    if not signature.isascii():
        raise BadSignature("the signature is not ASCII")
    try:
        payload = body.decode("utf-8")
        stripe.WebhookSignature.verify_header(payload, signature, secret, TOLERANCE_SECONDS)
    except UnicodeDecodeError as error:
        raise BadSignature("the body is not UTF-8") from error
    except stripe.SignatureVerificationError as error:
        raise BadSignature(str(error)) from error
    # The SDK checks the past only; a time ahead of us would stay replayable.
    signed_at = re.search(r"(?:^|,)t=(\d+)", signature)
    if signed_at is None or int(signed_at.group(1)) > time.time() + TOLERANCE_SECONDS:
        raise BadSignature("signed in the future")
    return read_event(payload)
