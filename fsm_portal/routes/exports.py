"""Exports: CSV files, sent as they are read."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from fsm_portal.domain.company_scope import stay_within
from fsm_portal.domain.role import May
from fsm_portal.flows.exporting.export import KINDS, CannotExport, WrongPeriod, export
from fsm_portal.routes.rate_limit import Allowance
from fsm_portal.routes.signed_in import signed_in

# Of a query's value: a day has ten characters.
_LONGEST = 40
# To read a million rows keeps a processor busy for a while.
_reading = Allowance(burst=10, per_minute=10)


async def csv(request: Request) -> Response:
    """Whose books, the session says."""
    present = await signed_in(request)
    if not any(who.audience == "staff" for who in present):
        return RedirectResponse("/sign-in", 303)
    who = next((one for one in present if one.may(May.EXPORT)), None)
    if who is None:
        return PlainTextResponse("Your role cannot export.", 403)
    if not _reading.take(who.person_id):
        return PlainTextResponse("That was a lot of exports. Please try again in a minute.", 429)
    preset, first, last, bom = (
        request.query_params.get(name, "")[:_LONGEST] for name in ("period", "from", "to", "bom")
    )
    # Also for what is read while it is sent.
    stay_within(who.company_id)
    kind = request.url.path.rpartition("/")[2].removesuffix(".csv")
    try:
        file = await asyncio.to_thread(export, who, kind, preset, first, last, bom=bom == "1")
    except WrongPeriod as error:
        return PlainTextResponse(str(error), 400)
    except CannotExport:
        return PlainTextResponse("Not found.", 404)
    return StreamingResponse(
        file.pieces,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "no-store",
        },
    )


routes = [Route(f"/dashboard/export/{kind}.csv", csv) for kind in KINDS]
