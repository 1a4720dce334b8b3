"""One sandbox for the whole room, spoken to through the official SDK with every word judged."""

import itertools
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
import stripe
from playwright.sync_api import Browser, sync_playwright

from tests.chromium import launch
from tests.contract import RefusedClient
from tests.sandbox.webhook_receiver import SECRETS, WebhookReceiver
from tests.sandbox_process import (
    GOOD_CARD,
    PLAIN,
    SECRET_KEY,
    SandboxProcess,
    Webhooks,
    pay,
    start_sandbox,
)

_numbers = itertools.count(1)
DANA: Any = {"name": "Dana Reyes", "email": "dana@harborview.example"}


@pytest.fixture(scope="session")
def receiver() -> Iterator[WebhookReceiver]:
    """Receives the webhooks of ``sandbox``."""
    listening = WebhookReceiver()
    yield listening
    listening.stop()
    assert not listening.faults


@pytest.fixture(scope="session")
def sandbox(
    tmp_path_factory: pytest.TempPathFactory, receiver: WebhookReceiver
) -> Iterator[SandboxProcess]:
    """A running sandbox that sends its events to ``receiver``."""
    webhooks = Webhooks(
        platform_url=f"{receiver.url}/platform",
        platform_secret=SECRETS["/platform"],
        connect_url=f"{receiver.url}/connect",
        connect_secret=SECRETS["/connect"],
    )
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"), webhooks)
    yield running
    running.stop()


def connect(running: SandboxProcess, key: str = SECRET_KEY, **options: Any) -> stripe.StripeClient:
    """The official SDK, pointed at a sandbox."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": running.base_url, "connect": running.base_url},
        http_client=RefusedClient(timeout=20),
        **options,
    )


@pytest.fixture(scope="session")
def client(sandbox: SandboxProcess) -> stripe.StripeClient:
    """The platform's SDK client."""
    return connect(sandbox)


@pytest.fixture
def bright(sandbox: SandboxProcess) -> str:
    """The account id of a Bright Heating Co. that no other test has touched."""
    return sandbox.make_account(f"acct_bright{next(_numbers)}", "Bright Heating Co.")


@pytest.fixture
def clearwater(sandbox: SandboxProcess) -> str:
    """The account id of a fresh Clearwater Plumbing, in London."""
    name, number = "Clearwater Plumbing", next(_numbers)
    account = f"acct_clearwater{number}"
    return sandbox.make_account(account, name, country="GB", default_currency="gbp")


def order(amount: int = 169_765, currency: str = "usd", **changes: Any) -> dict[str, Any]:
    """What a portal sends to have an invoice paid; ``changes`` override whole parameters."""
    product = {"name": "Invoice INV-0042", "description": "Quarterly boiler service"}
    price = {"currency": currency, "unit_amount": amount, "product_data": product}
    wanted = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "http://127.0.0.1:9/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/invoice",
        **changes,
    }
    return {name: value for name, value in wanted.items() if value is not None}


@pytest.fixture
def open_session(client: stripe.StripeClient, bright: str) -> Callable[..., Any]:
    """Makes a Checkout Session on ``bright``; takes what ``order`` takes."""

    def make(*arguments: Any, **changes: Any) -> Any:
        wanted = order(*arguments, **changes)
        return client.v1.checkout.sessions.create(wanted, {"stripe_account": bright})

    return make


@pytest.fixture
def paid_charge(
    client: stripe.StripeClient,
    bright: str,
    open_session: Callable[..., Any],
    sandbox: SandboxProcess,
) -> Callable[..., Any]:
    """Pays a fresh session of ``bright`` and returns its settled charge."""

    def make(card: str = GOOD_CARD, amount: int = 10_000, fee: int | None = 150) -> Any:
        data = {"application_fee_amount": fee} if fee else None
        session = open_session(amount, payment_intent_data=data)
        answer = pay(session.url, card)
        assert answer.paid, answer
        sandbox.hurry(bright, "fees")
        done = client.v1.checkout.sessions.retrieve(
            session.id, {"expand": ["payment_intent.latest_charge"]}, {"stripe_account": bright}
        )
        return done.payment_intent.latest_charge

    return make


@pytest.fixture
def options(bright):
    """What makes a request one on Bright Heating's account."""
    return {"stripe_account": bright}


@pytest.fixture
def customer(client, options):
    """Dana Reyes, known to Bright Heating, without a card."""
    return client.v1.customers.create(DANA, options).id


@pytest.fixture
def cards(client, customer, options):
    """What Dana's saved cards are now, newest first."""
    return lambda: client.v1.customers.payment_methods.list(customer, {}, options).data


@pytest.fixture
def saved(client, customer, options):
    """Keeps one of Stripe's ready-made cards for Dana; shown at checkout."""

    def keep(ready_made: str = "pm_card_visa", redisplay: str = "always"):
        kept = client.v1.payment_methods.attach(ready_made, {"customer": customer}, options)
        return client.v1.payment_methods.update(kept.id, {"allow_redisplay": redisplay}, options)

    return keep


@pytest.fixture(scope="module")
def web(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    """One connection for many requests."""
    headers = {"Authorization": f"Bearer {SECRET_KEY}"}
    with httpx.Client(base_url=sandbox.base_url, headers=headers, **PLAIN) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for this file."""
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The seller's site, to which checkout leads back."""

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<title>Bright Heating Co.</title>Thank you")

        def log_message(self, *_arguments):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def offer(open_session, shop):
    """A session that leads back to ``shop``."""

    def make(**changes):
        urls = {"success_url": f"{shop}/paid?s={{CHECKOUT_SESSION_ID}}", "cancel_url": f"{shop}/no"}
        return open_session(**urls, **changes)

    return make
