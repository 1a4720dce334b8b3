"""A new company signs itself up, where the operator lets it: whatever is typed, one answer."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fsm_portal.flows.settings.choices import countries
from fsm_portal.flows.signing_up.sign_up import (
    CannotSignUp,
    NewCompany,
    sign_up,
    takes_sign_ups,
)
from fsm_portal.gateways import pages
from fsm_portal.gateways.places import country_of
from fsm_portal.routes.asking import (
    LONGEST_EMAIL,
    asking_of,
    browser_of,
    may_ask,
    page,
    too_often,
    with_browser,
)
from fsm_portal.routes.rate_limit import Allowance, client_of

_FIELDS = {"name": 400, "email": LONGEST_EMAIL, "company": 400, "country": 2}
# Each makes rows that stay a while: fewer than links, which make none.
_signing_up = Allowance(burst=5, per_minute=1)


async def show(request: Request) -> Response:
    """The form, with the country that the browser's language speaks of."""
    if not await asyncio.to_thread(takes_sign_ups):
        return page(pages.not_found(), 404)
    country = country_of(request.headers.get("accept-language", ""))
    empty = {"name": "", "email": "", "company": "", "country": country}
    return page(pages.sign_up(empty, countries()))


async def take(request: Request) -> Response:
    """What was typed: kept and answered by mail, or shown again with what is wrong."""
    if not await asyncio.to_thread(takes_sign_ups):
        return page(pages.not_found(), 404)
    form = await request.form()
    typed = {}
    for name, longest in _FIELDS.items():
        value = form.get(name)
        typed[name] = value[: longest + 1] if isinstance(value, str) else ""
    new = NewCompany(**typed)
    try:
        new.checked()
    except CannotSignUp as error:
        return page(pages.sign_up(typed, countries(), problems=error.problems), 422)
    if not _signing_up.take(client_of(request)) or not may_ask(request):
        return too_often()
    browser = browser_of(request)
    language = request.headers.get("accept-language", "")
    await asyncio.to_thread(sign_up, new, asking_of(request, browser), language)
    return with_browser(page(pages.sign_up_sent(new.checked().email)), browser)


routes = [
    Route("/sign-up", show, methods=["GET"]),
    Route("/sign-up", take, methods=["POST"]),
]
