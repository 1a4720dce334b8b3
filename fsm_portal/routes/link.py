"""The page of a link (GET changes nothing), its use (POST), and a fresh one in its place."""

import asyncio
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.domain.email import same_address
from fsm_portal.flows import login_links
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.note_open import note_fetched
from fsm_portal.flows.login_links import Choice, LinkState, LinkView, SignedIn
from fsm_portal.gateways import pages
from fsm_portal.routes.asking import (
    BROWSER_COOKIE,
    asking_of,
    browser_of,
    may_ask,
    page,
    too_often,
    typed,
    with_browser,
)
from fsm_portal.routes.sign_in import choose
from fsm_portal.routes.signed_in import sign_in_here, signed_in

_WHY = {
    LinkState.USED: "This link has already been used.",
    LinkState.EXPIRED: "This link is no longer valid.",
    LinkState.SUPERSEDED: "A newer link has been sent since.",
}
_LONGEST_KEY = 65
_HOMES = {"staff": "/dashboard/", "customer": "/portal/"}


async def show_link(request: Request) -> Response:
    """Who would be signed in where; mail scanners that open this change nothing.

    That it was fetched is noted: staff are told of it apart from people who come in.
    """
    found = await _look(request)
    if found.state is not LinkState.READY:
        return await _no_use(request, found)
    live.ring(await asyncio.to_thread(note_fetched, request.path_params["token"]))
    if len(found.accounts) > 1:
        return choose(list(found.accounts), _here(request), masked_email=_masked(found.email))
    return page(
        pages.confirm_sign_in(
            company=pages.Company.of(found.company),
            person_name=found.person_name,
            masked_email=_masked(found.email),
            action_url=_here(request),
            instead_of=await _somebody_else(request, found),
        )
    )


async def use_link(request: Request) -> Response:
    """The press of Continue, or of a company: consumes the link, once, and opens its session."""
    result = await asyncio.to_thread(
        login_links.use_link,
        request.path_params["token"],
        request.cookies.get(BROWSER_COOKIE),
        request.headers.get("user-agent", ""),
        await typed(request, "account", _LONGEST_KEY),
    )
    if isinstance(result, SignedIn):
        return await sign_in_here(request, result)
    if result is LinkState.UNKNOWN:
        return page(pages.not_found(), 404)
    return await _no_use(request, await _look(request))


async def send_fresh(request: Request) -> Response:
    """One click on an old link: a new one to the same address."""
    if not may_ask(request):
        return too_often()
    browser = browser_of(request)
    at = _choose_at(request)
    found = await _look(request)
    await asyncio.to_thread(
        login_links.send_fresh_link,
        request.path_params["token"],
        asking_of(request, browser),
        None if at is None else Choice(at),
    )
    if found.state in (LinkState.UNKNOWN, LinkState.CLOSED):
        return with_browser(page(pages.link_sent()), browser)
    # The link's own page has said whose it is. A link to choose by is no company's.
    company = None if at == "" else pages.Company.of(found.company)
    return with_browser(page(pages.link_sent(company, masked_email=_masked(found.email))), browser)


async def _look(request: Request) -> LinkView:
    return await asyncio.to_thread(
        login_links.look_at_link,
        request.path_params["token"],
        request.cookies.get(BROWSER_COOKIE),
        _choose_at(request),
    )


def _choose_at(request: Request) -> str | None:
    """Whether, and at which company's customers, an account is to be chosen. An offer only: what
    may be chosen is for the link to say."""
    if not request.scope["path"].endswith(("/choose", "/choose/fresh")):
        return None
    return request.query_params.get("at", "")[:63]


def _here(request: Request, suffix: str = "") -> str:
    """This link's own address, with its choice."""
    at = _choose_at(request)
    path = f"/sign-in/{request.path_params['token']}"
    if at is None:
        return path + suffix
    return f"{path}/choose{suffix}" + (f"?{urlencode({'at': at})}" if at else "")


async def _no_use(request: Request, found: LinkView) -> Response:
    """A link that signs nobody in here: on to its page for whom it did, or a fresh one."""
    if found.state is LinkState.UNKNOWN:
        return page(pages.not_found(), 404)
    company = pages.Company.of(found.company)
    if found.state is LinkState.CLOSED:
        return page(pages.no_portal(company), 403)
    for who in await signed_in(request):
        if _is_for(who, found):
            return _on_to(found.path)
        if _choose_at(request) is not None and same_address(who.email, found.email):
            return _on_to(_HOMES[who.audience])
    if found.state is LinkState.READY:
        # Refused a moment ago, and good again: asked once more, it will say.
        return _on_to(_here(request))
    # A link to choose by is no company's.
    company_of_link = None if _choose_at(request) == "" else company
    fresh, masked = _here(request, "/fresh"), _masked(found.email)
    if found.state is LinkState.OTHER_BROWSER:
        return page(
            pages.other_browser(company=company_of_link, action_url=fresh, masked_email=masked), 410
        )
    offer = pages.link_expired(
        company=company_of_link,
        reason=_WHY[found.state],
        action_url=fresh,
        masked_email=masked,
        signed_in=await _somebody_else(request, found),
        signed_in_url=_HOMES[found.audience],
    )
    return page(offer, 410)


def _on_to(path: str) -> Response:
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


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


routes = [
    Route("/sign-in/{token}", show_link, methods=["GET"]),
    Route("/sign-in/{token}", use_link, methods=["POST"]),
    Route("/sign-in/{token}/fresh", send_fresh, methods=["POST"]),
    Route("/sign-in/{token}/choose", show_link, methods=["GET"]),
    Route("/sign-in/{token}/choose", use_link, methods=["POST"]),
    Route("/sign-in/{token}/choose/fresh", send_fresh, methods=["POST"]),
]
