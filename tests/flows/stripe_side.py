"""Stripe as a flow test sees it: what it holds for one account, and its events in the test's hand.

The sandbox makes the events; here they are signed and delivered when, as often and in whatever
order a test wants.
"""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook
from fsm_portal.gateways.stripe_facts import ATTEMPT_KEY
from tests.sandbox_process import PLAIN, SECRET_KEY, SandboxProcess

PLATFORM_SECRET = "whsec_platform_of_the_tests"
CONNECT_SECRET = "whsec_connect_of_the_tests"

Event = dict[str, Any]
_numbers = itertools.count(1)
# One client for all: making one loads every certificate authority there is.
_http = httpx.Client(trust_env=False, verify=False)


@dataclass
class StripeSide:
    """One connected account at the sandbox."""

    sandbox: SandboxProcess
    account: str

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """``get("/v1/charges", limit=1)``, asked as the platform on behalf of the account."""
        return self._ask(path, query, {"Stripe-Account": self.account})

    def platform(self, path: str, **query: Any) -> dict[str, Any]:
        """The same about the platform's own account."""
        return self._ask(path, query, {})

    def events(self, *types: str) -> list[Event]:
        """The account's events of these types (all without any), oldest first."""
        found = self.get("/v1/events", limit=100)["data"][::-1]
        return [event for event in found if not types or event["type"] in types]

    def settled_events(self) -> list[Event]:
        """All events, once every payment's fees are known: ``charge.updated`` is the last."""
        until = time.monotonic() + 60
        while True:
            events = self.events()
            kinds = [event["type"] for event in events]
            if kinds.count("charge.updated") >= kinds.count("charge.succeeded"):
                return events
            assert time.monotonic() < until, kinds
            time.sleep(0.01)

    def only_session(self) -> dict[str, Any]:
        """The account's one checkout session."""
        (session,) = self.get("/v1/checkout/sessions")["data"]
        return dict(session)

    def days_later(self) -> None:
        """Bank debits that were submitted are paid, or come back."""
        assert self.sandbox.hurry(self.account, "bank_debits")

    def balance(self) -> int:
        """What all balance transactions come to, fees taken: minor units."""
        rows = self.get("/v1/balance_transactions", limit=100)["data"]
        return sum(row["net"] for row in rows)

    def _ask(self, path: str, query: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        answer = _http.get(
            f"{self.sandbox.base_url}{path}",
            params=query,
            headers={"Authorization": f"Bearer {SECRET_KEY}", **headers},
        )
        answer.raise_for_status()
        return dict(answer.json())


def signature(body: bytes, secret: str, at: float | None = None) -> str:
    """Stripe's signature header: HMAC-SHA256 over the time, a dot and the body."""
    moment = int(time.time() if at is None else at)
    signed = f"{moment}.".encode() + body
    return f"t={moment},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def as_body(event: Event) -> str:
    """The event as JSON, without spaces."""
    return json.dumps(event, separators=(",", ":"))


def deliver(*events: Event) -> frozenset[str]:
    """Deliver ``events`` to the Connect endpoint's flow, one after the other; topics to ring."""
    topics: frozenset[str] = frozenset()
    for event in events:
        body = as_body(event).encode()
        topics |= receive_webhook(body, signature(body, CONNECT_SECRET), connect=True)
    return topics


@contextmanager
def events_sent_to(sandbox: SandboxProcess, url: str, *, connect: bool) -> Iterator[str]:
    """Have the sandbox deliver its events to ``url`` for a while; gives the signing secret."""
    endpoints = f"{sandbox.base_url}/v1/webhook_endpoints"
    wanted = {"url": url, "enabled_events[0]": "*", "connect": str(connect).lower()}
    with httpx.Client(headers={"Authorization": f"Bearer {SECRET_KEY}"}, **PLAIN) as stripe:
        made = stripe.post(endpoints, data=wanted).raise_for_status().json()
        try:
            yield made["secret"]
        finally:
            stripe.delete(f"{endpoints}/{made['id']}").raise_for_status()


def event_of(kind: str, subject: dict[str, Any], account: str | None, **changes: Any) -> Event:
    """An event that the sandbox cannot be brought to send; None: of the platform itself."""
    event = {
        "id": f"evt_made{next(_numbers)}",
        "object": "event",
        "account": account,
        "type": kind,
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": subject},
        **changes,
    }
    return {name: value for name, value in event.items() if value is not None}


def bank_debit(session: dict[str, Any], account: str) -> Iterator[Event]:
    """What Stripe sends when ``session`` is paid by bank debit: submitted, then days later paid.

    Its documented sequence, for a test that has no page to type an account number into.
    """
    intent = {
        "id": f"pi_bank{next(_numbers)}",
        "object": "payment_intent",
        "status": "processing",
        "amount": session["amount_total"],
        "currency": session["currency"],
        "created": int(time.time()),
        "latest_charge": None,
        "metadata": session["metadata"],
    }
    submitted = session | {
        "status": "complete",
        "payment_status": "unpaid",
        "payment_intent": intent["id"],
    }
    yield event_of("checkout.session.completed", submitted, account)
    yield event_of("payment_intent.processing", intent, account)
    paid = submitted | {"payment_status": "paid"}
    yield event_of("checkout.session.async_payment_succeeded", paid, account)


def attempt_of(event: Event) -> str:
    """The checkout attempt an event's object names."""
    return str(event["data"]["object"]["metadata"][ATTEMPT_KEY])
