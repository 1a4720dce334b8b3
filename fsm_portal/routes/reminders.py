"""The end of reminders, by the link in each of them: a page with a button for people, and one POST
for mail programs (RFC 8058). A GET changes nothing: scanners open every link there is."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.flows.reminding.stop import Stopping, look_at_stop, stop_by_link
from fsm_portal.gateways import pages
from fsm_portal.routes.asking import page, too_often, typed
from fsm_portal.routes.rate_limit import Allowance, client_of

# Of a mail provider's servers many come from one address.
_stopping = Allowance(burst=120, per_minute=120)


async def ask(request: Request) -> Response:
    found = await asyncio.to_thread(look_at_stop, _token(request))
    return _answer(request, found)


async def stop(request: Request) -> Response:
    if not _stopping.take(client_of(request)):
        return too_often()
    again = await typed(request, "again", 10) == "on"
    found, topics = await asyncio.to_thread(stop_by_link, _token(request), again=again)
    if topics:
        live.ring(topics)
    return _answer(request, found)


def _answer(request: Request, found: Stopping | None) -> Response:
    if found is None:
        return page(pages.not_found(), 404)
    company = pages.Company.of(found.company)
    where = f"/reminders/{_token(request)}"
    return page(pages.reminders(company, paused=found.paused, action_url=where))


def _token(request: Request) -> str:
    return str(request.path_params["token"])


routes = [
    Route("/reminders/{token}", ask, methods=["GET"]),
    Route("/reminders/{token}", stop, methods=["POST"]),
]
