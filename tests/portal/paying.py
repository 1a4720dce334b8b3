"""Paying at Stripe's page, and Stripe being there or not."""

import pytest
from stripe._http_client import HTTPClient

from fsm_portal.config import settings
from fsm_portal.gateways import stripe_client
from fsm_portal.portal.invoice_page import InvoicePage
from tests.fake_browser import FakeBrowser
from tests.flows.stripe_side import StripeSide
from tests.sandbox_process import free_port, pay


def pages_at(stripe: StripeSide) -> list[tuple[int, str]]:
    """Amount and state of every payment page that was opened at Stripe, oldest first."""
    sessions = stripe.get("/v1/checkout/sessions", limit=100)["data"]
    return [(session["amount_total"], session["status"]) for session in sessions[::-1]]


def paid_at_stripe(browser: FakeBrowser, stripe: StripeSide) -> str:
    """Press Pay now and pay on Stripe's page; the id of its session."""
    browser.call(InvoicePage.pay)
    assert pay(browser.redirected_to or "").paid
    return str(stripe.only_session()["id"])


def stripe_goes_away(environment: pytest.MonkeyPatch) -> None:
    """From now on nobody answers where Stripe was; its own retries are quick."""
    environment.setattr(HTTPClient, "INITIAL_DELAY", 0.01)
    _stripe_is_at(environment, f"http://127.0.0.1:{free_port()}")


def stripe_is_back(environment: pytest.MonkeyPatch, stripe: StripeSide) -> None:
    _stripe_is_at(environment, stripe.sandbox.base_url)


def _stripe_is_at(environment: pytest.MonkeyPatch, address: str) -> None:
    environment.setenv("FSM_STRIPE_API_BASE", address)
    settings.cache_clear()
    stripe_client.client.cache_clear()
