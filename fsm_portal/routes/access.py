"""The shared access link of a company: for all its customers, and for nobody else."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fsm_portal.flows.access.access_link import access_to
from fsm_portal.gateways import pages
from fsm_portal.routes.asking import browser_of, page, with_browser
from fsm_portal.routes.sign_in import send_link, sign_in_by_code


async def ask(request: Request) -> Response:
    company, refusal = await _company(request)
    if refusal is not None:
        return refusal
    form = page(pages.ask_for_link(company, action_url=_where(request)))
    return with_browser(form, browser_of(request))


async def send_asked(request: Request) -> Response:
    company, refusal = await _company(request)
    return refusal or await send_link(request, _where(request), company, _slug(request))


async def use_code(request: Request) -> Response:
    company, refusal = await _company(request)
    return refusal or await sign_in_by_code(request, _where(request), company, _slug(request))


async def _company(request: Request) -> tuple[pages.Company | None, Response | None]:
    """Whose link it is; or what to answer where it leads to nothing."""
    found = await asyncio.to_thread(access_to, _slug(request))
    if found is None:
        return None, page(pages.not_found(), 404)
    company = pages.Company.of(found[0])
    return company, None if found[1] else page(pages.no_portal(company), 403)


def _slug(request: Request) -> str:
    """As it is on the books, however somebody types it off a van."""
    return str(request.path_params["slug"]).lower()


def _where(request: Request) -> str:
    # The slug is one of a company's by now: small letters, digits and dashes.
    return f"/access/{_slug(request)}"


routes = [
    Route("/access/{slug}", ask, methods=["GET"]),
    Route("/access/{slug}/", ask, methods=["GET"]),
    Route("/access/{slug}", send_asked, methods=["POST"]),
    Route("/access/{slug}/code", use_code, methods=["POST"]),
]
