"""Sign-in: a link's page (GET changes nothing), its use (POST), asking for one, signing out."""

import asyncio
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.config import settings
from fsm_portal.domain.topic import session_topic
from fsm_portal.flows import login_links
from fsm_portal.flows.identity import AUDIENCES, Audience, Identity, cookie_name
from fsm_portal.flows.login_links import LinkState, LinkView, SignedIn
from fsm_portal.gateways import pages
from fsm_portal.gateways.tokens import hash_token
from fsm_portal.routes.rate_limit import Allowance, client_of
from fsm_portal.routes.signed_in import signed_in

# Marks the browser in which a link was asked for: only there can that link be used.
BROWSER_COOKIE = "fsm_browser"
_BROWSER_DAYS = 365

# A large office behind one address gets through; a thousand requests do not (CASES 51).
_asking = Allowance(burst=30, per_minute=30)

_WHY = {
    LinkState.USED: "This link has already been used.",
    LinkState.EXPIRED: "This link is no longer valid.",
    LinkState.SUPERSEDED: "A newer link has been sent since.",
    LinkState.OTHER_BROWSER: "This link was asked for in another browser.",
}


async def show_link(request: Request) -> Response:
    """Who would be signed in where; mail scanners that open this change nothing."""
    token = request.path_params["token"]
    found = await asyncio.to_thread(
        login_links.look_at_link, token, request.cookies.get(BROWSER_COOKIE)
    )
    if found.state is LinkState.UNKNOWN:
        return _page(pages.not_found(), 404)
    if found.state is not LinkState.READY:
        return await _no_use(request, token, found)
    return _page(
        pages.confirm_sign_in(
            company_name=found.company_name,
            person_name=found.person_name,
            masked_email=_masked(found.email),
            action_url=f"/sign-in/{token}",
            instead_of=await _somebody_else(request, found),
        )
    )


async def use_link(request: Request) -> Response:
    """The press of Continue: consumes the link, once, and opens its session."""
    token = request.path_params["token"]
    browser = request.cookies.get(BROWSER_COOKIE)
    result = await asyncio.to_thread(
        login_links.use_link, token, browser, request.headers.get("user-agent", "")
    )
    if not isinstance(result, SignedIn):
        if result is LinkState.UNKNOWN:
            return _page(pages.not_found(), 404)
        found = await asyncio.to_thread(login_links.look_at_link, token, browser)
        return await _no_use(request, token, found)
    await _end_sessions(request, (result.audience,))
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


async def send_fresh(request: Request) -> Response:
    """One click on an old link: a new one to the same address."""
    if not _asking.take(client_of(request)):
        return _too_often()
    browser = request.cookies.get(BROWSER_COOKIE) or secrets.token_urlsafe(32)
    await asyncio.to_thread(
        login_links.send_fresh_link, request.path_params["token"], hash_token(browser)
    )
    return _with_browser(_page(pages.link_sent()), browser)


async def ask(_request: Request) -> Response:
    return _page(pages.ask_for_link())


async def send_asked(request: Request) -> Response:
    """Whatever address is typed, the answer is the same."""
    form = await request.form()
    email = form.get("email")
    if not isinstance(email, str) or "@" not in email or len(email) > 254:
        typed = email[:254] if isinstance(email, str) else ""
        return _page(
            pages.ask_for_link(
                message="Type your email address, such as name@example.com.", email=typed
            ),
            422,
        )
    if not _asking.take(client_of(request)):
        return _too_often()
    browser = request.cookies.get(BROWSER_COOKIE) or secrets.token_urlsafe(32)
    await asyncio.to_thread(login_links.request_links, email, hash_token(browser))
    return _with_browser(_page(pages.link_sent()), browser)


async def sign_out(request: Request) -> Response:
    """Of both faces: whoever leaves a browser means all of it."""
    await _end_sessions(request, AUDIENCES)
    response = _page(pages.signed_out())
    for audience in AUDIENCES:
        response.delete_cookie(
            cookie_name(audience),
            path="/",
            secure=settings().secure_cookies,
            httponly=True,
            samesite="lax",
        )
    return response


async def _end_sessions(request: Request, audiences: Collection[Audience]) -> None:
    """End this browser's sessions at these faces, and with them every tab that watches."""
    for who in await signed_in(request):
        if who.audience in audiences:
            await asyncio.to_thread(login_links.end_session, who.company_id, who.session_id)
            live.ring({session_topic(who.session_id)})


async def _no_use(request: Request, token: str, found: LinkView) -> Response:
    """A link that signs nobody in any more: on to its page for whom it did, or a fresh one."""
    for who in await signed_in(request):
        if _is_for(who, found):
            return RedirectResponse(found.path, 303, headers={"Cache-Control": "no-store"})
    offer = pages.link_expired(
        reason=_WHY[found.state],
        action_url=f"/sign-in/{token}/fresh",
        masked_email=_masked(found.email),
        signed_in=await _somebody_else(request, found),
        signed_in_url="/dashboard/" if found.audience == "staff" else "/portal/",
    )
    return _page(offer, 410)


def _is_for(who: Identity, found: LinkView) -> bool:
    return (who.audience, who.company_id, who.person_id) == (
        found.audience,
        found.company_id,
        found.person_id,
    )


async def _somebody_else(request: Request, found: LinkView) -> str | None:
    """The name of who is signed in at this face of the browser, where it is not the link's own."""
    for who in await signed_in(request):
        if who.audience == found.audience and not _is_for(who, found):
            return who.name
    return None


def _masked(email: str) -> str:
    """Enough of an address to recognise one's own: ``d***@harborview.example``."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}" if domain else ""


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def _too_often() -> Response:
    response = _page(
        pages.error("Too many links were asked for from here. Please try again in a minute."), 429
    )
    response.headers["Retry-After"] = "60"
    return response


def _with_browser(response: Response, browser: str) -> Response:
    response.set_cookie(
        BROWSER_COOKIE,
        browser,
        expires=datetime.now(UTC) + timedelta(days=_BROWSER_DAYS),
        httponly=True,
        secure=settings().secure_cookies,
        samesite="lax",
        path="/",
    )
    return response


routes = [
    Route("/sign-in", ask, methods=["GET"]),
    Route("/sign-in", send_asked, methods=["POST"]),
    Route("/sign-in/{token}", show_link, methods=["GET"]),
    Route("/sign-in/{token}", use_link, methods=["POST"]),
    Route("/sign-in/{token}/fresh", send_fresh, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]
