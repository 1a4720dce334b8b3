"""Who is signed in in a browser: nobody, staff, a customer, or both in two of its windows."""

import asyncio

from starlette.requests import Request

from fsm_portal.flows.identity import AUDIENCES, Identity, cookie_name, who_is


async def signed_in(request: Request) -> list[Identity]:
    """Everybody whose session this browser holds, staff first."""
    cookies = [request.cookies.get(cookie_name(audience)) for audience in AUDIENCES]
    people = [await asyncio.to_thread(who_is, cookie) for cookie in cookies if cookie]
    return [who for who in people if who is not None]
