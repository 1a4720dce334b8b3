"""A company's new logo: the picture itself is the body, the answer one sentence."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.domain.company_scope import stay_within
from fsm_portal.domain.role import May
from fsm_portal.flows.settings.branding import CannotBrandHere, upload_logo
from fsm_portal.routes.rate_limit import Allowance
from fsm_portal.routes.signed_in import signed_in

LOGO_UPLOAD = "/dashboard/settings/branding/logo"
# To draw a picture anew takes a moment of the processor's.
_drawing = Allowance(burst=10, per_minute=10)


async def take(request: Request) -> Response:
    """Whose company it is, the session says; who may not is not asked for the picture."""
    who = next((one for one in await signed_in(request) if one.may(May.CHANGE_SETTINGS)), None)
    if who is None:
        return PlainTextResponse("Your role cannot change settings.", 403)
    if not _drawing.take(who.person_id):
        return PlainTextResponse("That was a lot of pictures. Please try again in a minute.", 429)
    stay_within(who.company_id)
    try:
        live.ring(await asyncio.to_thread(upload_logo, who, await request.body()))
    except CannotBrandHere as error:
        return PlainTextResponse(str(error), 422)
    return PlainTextResponse("The logo is set.")


routes = [Route(LOGO_UPLOAD, take, methods=["POST"])]
