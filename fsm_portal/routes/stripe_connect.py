"""The ways back from Stripe, for whoever went there to connect an account.

A GET changes nothing that matters: the return and the refresh only look, and a consent counts for
the session alone that asked for it.
"""

import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.domain.company_scope import stay_within
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.settings.connect_stripe import (
    PAGE,
    CannotConnect,
    fresh_form,
    look_at_account,
    take_consent,
)
from fsm_portal.gateways import pages
from fsm_portal.routes.asking import page
from fsm_portal.routes.signed_in import signed_in
from fsm_portal.threads import at_stripe

log = logging.getLogger(__name__)

_LONGEST = 300


async def come_back(request: Request) -> Response:
    """From Stripe's form: look at once what the account may do now."""
    who = await _whoever_may(request)
    if who is None:
        return _sign_in()
    try:
        live.ring(await at_stripe(look_at_account, who))
    except CannotConnect as error:
        # The page shows what is known, and Stripe will tell of it.
        log.warning("an account could not be looked at: %s", error)
    return _to_page()


async def again(request: Request) -> Response:
    """A form whose time was over: on to a fresh one."""
    who = await _whoever_may(request)
    if who is None:
        return _sign_in()
    try:
        url = await at_stripe(fresh_form, who)
    except CannotConnect as error:
        return page(pages.error(str(error)), 409)
    return RedirectResponse(url, 303) if url else _to_page()


async def consent(request: Request) -> Response:
    """The owner of an account lets us in, or has thought better of it."""
    who = await _whoever_may(request)
    if who is None:
        return _sign_in()
    given = {name: request.query_params.get(name, "")[:_LONGEST] for name in ("code", "state")}
    if request.query_params.get("error"):
        return _to_page()
    try:
        live.ring(await at_stripe(take_consent, who, given["code"], given["state"]))
    except CannotConnect as error:
        return page(pages.error(str(error)), 409)
    return _to_page()


async def _whoever_may(request: Request) -> Identity | None:
    for who in await signed_in(request):
        if who.may(May.CONNECT_STRIPE):
            stay_within(who.company_id)
            return who
    return None


def _to_page() -> Response:
    return RedirectResponse(PAGE, 303, headers={"Cache-Control": "no-store"})


def _sign_in() -> Response:
    return RedirectResponse("/sign-in", 303, headers={"Cache-Control": "no-store"})


routes = [
    Route("/stripe/connect/return", come_back),
    Route("/stripe/connect/refresh", again),
    Route("/stripe/connect/consent", consent),
]
