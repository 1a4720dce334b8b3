"""The front door: the bare address leads everybody to where they belong."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fsm_portal.routes.signed_in import signed_in, whom_to_ask


async def front_door(request: Request) -> Response:
    present = await signed_in(request)
    if not present:
        return await whom_to_ask(request) or RedirectResponse("/sign-in", 303)
    return RedirectResponse("/dashboard/" if present[0].audience == "staff" else "/portal/", 303)


routes = [Route("/", front_door)]
