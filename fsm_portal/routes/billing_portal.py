"""View: leads staff on to Stripe's billing portal of one customer, in a tab of its own.

A plain address, so that the browser opens the tab by itself: one that a script asks for after
Stripe has answered is taken for an unwanted window.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fsm_portal.domain.company_scope import stay_within
from fsm_portal.flows.customers.billing_portal import (
    CannotView,
    view_customers_portal,
    view_stripe_customers_portal,
)
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways import pages
from fsm_portal.routes.asking import page
from fsm_portal.routes.signed_in import signed_in
from fsm_portal.threads import at_stripe

_OURS = {"same-origin", "none"}


async def of_customer(request: Request) -> Response:
    return await _lead_on(request, view_customers_portal)


async def of_stripe_customer(request: Request) -> Response:
    return await _lead_on(request, view_stripe_customers_portal)


async def _lead_on(request: Request, view: Callable[[Identity, str], str | None]) -> Response:
    # It makes a page at Stripe and is written down: no other site brings a member of staff here.
    if request.headers.get("sec-fetch-site", "none") not in _OURS:
        return page(pages.error("Please open this from the customer’s own page."), 403)
    staff = [who for who in await signed_in(request) if who.audience == "staff"]
    if not staff:
        return RedirectResponse("/sign-in", 303)
    stay_within(staff[0].company_id)
    try:
        address = await at_stripe(view, staff[0], request.path_params["customer_id"])
    except CannotView as error:
        return page(pages.error(f"{error} Close this tab to go back."), 502)
    if address is None:
        return page(pages.not_found(), 404)
    return RedirectResponse(address, 303)


routes = [
    Route("/billing-portal/customers/{customer_id}", of_customer),
    Route("/billing-portal/stripe/{customer_id}", of_stripe_customer),
]
