"""The front door: the bare address leads everybody to where they belong."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from fsm_portal.flows.identity import cookie_name, who_is


async def front_door(request: Request) -> RedirectResponse:
    who = await asyncio.to_thread(who_is, request.cookies.get(cookie_name()))
    if who is None:
        return RedirectResponse("/sign-in", 303)
    return RedirectResponse("/dashboard/" if who.audience == "staff" else "/portal/", 303)


routes = [Route("/", front_door)]
