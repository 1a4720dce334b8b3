"""What becomes of a session: signed out here, signed out everywhere, gone over to another company.

Plain forms, because the session's cookie belongs to plain routes.
"""

import asyncio
from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.domain.company_scope import across_companies, stay_within
from fsm_portal.flows.access.company_left import company_left
from fsm_portal.flows.access.my_sessions import end_all_sessions
from fsm_portal.flows.identity import AUDIENCES, Audience, cookie_name
from fsm_portal.flows.login_links import switch_account
from fsm_portal.gateways import pages
from fsm_portal.routes.asking import page, typed
from fsm_portal.routes.signed_in import end_sessions, forget_cookies, sign_in_here, signed_in

_LONGEST_KEY = 65


async def sign_out(request: Request) -> Response:
    """Of both faces: whoever leaves a browser means all of it."""
    await end_sessions(request, AUDIENCES)
    response = page(pages.signed_out(await _left(request, AUDIENCES)))
    forget_cookies(response, AUDIENCES)
    return response


async def sign_out_everywhere(request: Request) -> Response:
    """The customer, in every browser; every tab of theirs locks at once."""
    for who in await signed_in(request):
        if who.audience == "customer":
            stay_within(who.company_id)
            live.ring(await asyncio.to_thread(end_all_sessions, who))
    company = await _left(request, ("customer",))
    response = page(pages.signed_out(company, everywhere=True))
    forget_cookies(response, ("customer",))
    return response


async def _left(request: Request, audiences: Collection[Audience]) -> pages.Company | None:
    """The company whose sessions at these faces this browser held."""
    cookies = [request.cookies.get(cookie_name(audience)) for audience in audiences]
    company = await asyncio.to_thread(company_left, cookies)
    return pages.Company.of(company) if company is not None else None


async def switch(request: Request) -> Response:
    """On to another account of the same customer's mailbox."""
    account = await typed(request, "account", _LONGEST_KEY)
    for who in await signed_in(request):
        # The account may be another company's: the flow asks whether it is of the same mailbox.
        with across_companies():
            result = await asyncio.to_thread(
                switch_account, who, account, request.headers.get("user-agent", "")
            )
        if result is not None:
            return await sign_in_here(request, result)
    # What may not be switched to is no different from what does not exist: asked for by mail.
    return RedirectResponse("/sign-in", 303)


routes = [
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/sign-out/everywhere", sign_out_everywhere, methods=["POST"]),
    Route("/switch", switch, methods=["POST"]),
]
