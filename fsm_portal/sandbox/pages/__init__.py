"""Pages for people: hosted checkout, its bank page, billing portal, receipts, dashboards."""

from starlette.routing import BaseRoute, Route

from fsm_portal.sandbox.pages.assets import asset
from fsm_portal.sandbox.pages.authenticate import AuthenticatePage
from fsm_portal.sandbox.pages.billing_portal import BillingPortalPage
from fsm_portal.sandbox.pages.checkout import CheckoutPage
from fsm_portal.sandbox.pages.connect import AuthorizePage, OnboardingPage
from fsm_portal.sandbox.pages.dashboard import DashboardPage
from fsm_portal.sandbox.pages.home import HomePage
from fsm_portal.sandbox.pages.receipt import ReceiptPage
from fsm_portal.sandbox.sandbox import Sandbox


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """Where each page is found."""
    checkout, bank = CheckoutPage(sandbox), AuthenticatePage(sandbox)
    dashboard, portal = DashboardPage(sandbox), BillingPortalPage(sandbox)
    authorize, onboarding = AuthorizePage(sandbox), OnboardingPage(sandbox)
    return [
        Route("/oauth/authorize", authorize.show),
        Route("/oauth/authorize", authorize.answer, methods=["POST"]),
        Route("/setup/s/{account}/{token}", onboarding.show),
        Route("/setup/s/{account}/{token}", onboarding.answer, methods=["POST"]),
        Route("/dashboard/{account}", dashboard.enter),
        Route("/dashboard/{account}/{tab}", dashboard.show),
        Route("/dashboard/{account}/{tab}", dashboard.act, methods=["POST"]),
        Route("/", HomePage(sandbox).show),
        Route("/c/pay/{session}", checkout.show),
        Route("/c/pay/{session}", checkout.pay, methods=["POST"]),
        Route("/c/pay/{session}/authenticate", bank.show),
        Route("/c/pay/{session}/authenticate", bank.answer, methods=["POST"]),
        Route("/p/session/{session}", portal.show),
        Route("/p/session/{session}", portal.act, methods=["POST"]),
        Route("/p/session/{session}/payment-methods", portal.ask),
        Route("/p/session/{session}/payment-methods", portal.add, methods=["POST"]),
        Route("/receipts/payment/{charge}", ReceiptPage(sandbox).show),
        Route("/assets/{name}", asset),
    ]
