"""Who is signed in in a browser: nobody, staff, a customer, or both in two of its windows."""

import asyncio
from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fsm_portal import live
from fsm_portal.config import settings
from fsm_portal.domain.company_scope import NOBODY, stay_within, within
from fsm_portal.flows import login_links
from fsm_portal.flows.identity import AUDIENCES, Audience, Identity, closed_to, cookie_name, who_is
from fsm_portal.flows.login_links import SignedIn
from fsm_portal.gateways import pages
from fsm_portal.gateways.tokens import read_session
from fsm_portal.routes.asking import page


async def signed_in(request: Request) -> list[Identity]:
    """Everybody whose session this browser holds, staff first.

    They may be of two companies. So the request is within nobody's from here on, until its route
    says for whom of them it works (``stay_within``).
    """
    cookies = [request.cookies.get(cookie_name(audience)) for audience in AUDIENCES]
    people = [await asyncio.to_thread(who_is, cookie) for cookie in cookies if cookie]
    stay_within(NOBODY)
    return [who for who in people if who is not None]


async def sign_in_here(request: Request, result: SignedIn) -> Response:
    """Give this browser the session, in place of the one it held at that face; and go there."""
    await end_sessions(request, (result.audience,))
    live.ring(result.topics)
    response = RedirectResponse(result.path, 303)
    response.set_cookie(
        cookie_name(result.audience),
        result.cookie,
        expires=result.expires_at,
        httponly=True,
        secure=settings().secure_cookies,
        samesite="lax",
        path="/",
    )
    return response


async def end_sessions(request: Request, audiences: Collection[Audience]) -> None:
    """End this browser's sessions at these faces, and with them every tab that watches; also one
    of a customer whose company has no portal at the moment."""
    secret = settings().secret_key.get_secret_value()
    for audience in audiences:
        claims = read_session(request.cookies.get(cookie_name(audience), ""), secret)
        if claims is not None:
            with within(claims.company_id):
                topics = await asyncio.to_thread(
                    login_links.end_session, claims.company_id, claims.session_id
                )
            if topics:
                live.ring(topics)


def forget_cookies(response: Response, audiences: Collection[Audience]) -> None:
    for audience in audiences:
        response.delete_cookie(
            cookie_name(audience),
            path="/",
            secure=settings().secure_cookies,
            httponly=True,
            samesite="lax",
        )


async def whom_to_ask(request: Request) -> Response | None:
    """For a customer whose company offers no portal: a page that says whom to ask instead."""
    company = await asyncio.to_thread(closed_to, request.cookies.get(cookie_name("customer")))
    return page(pages.no_portal(pages.Company.of(company)), 403) if company else None
