"""Imports: a file comes in as a body of its own, refused lines go out as one."""

import asyncio
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fsm_portal.domain.company_scope import stay_within
from fsm_portal.domain.role import May
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.refused_download import refused_of
from fsm_portal.flows.importing.uploads import keep_file
from fsm_portal.routes.rate_limit import Allowance
from fsm_portal.routes.signed_in import signed_in

UPLOAD = "/dashboard/import/file"
_uploading = Allowance(burst=10, per_minute=10)


async def take(request: Request) -> Response:
    """Answers with the run's id. Who may not is not asked for the file."""
    who = next((one for one in await signed_in(request) if one.may(May.IMPORT)), None)
    if who is None:
        return PlainTextResponse("Your role cannot import.", 403)
    if not _uploading.take(who.person_id):
        return PlainTextResponse("That was a lot of files. Please try again in a minute.", 429)
    stay_within(who.company_id)
    # A header holds ASCII; the browser has encoded the name.
    name = unquote(request.headers.get("x-file-name", ""))[:200]
    kind = request.query_params.get("what", "")[:20]
    try:
        return PlainTextResponse(
            await asyncio.to_thread(keep_file, who, kind, name, await request.body())
        )
    except CannotImport as error:
        return PlainTextResponse(str(error), 422)


async def refused(request: Request) -> Response:
    present = await signed_in(request)
    if not present:
        return RedirectResponse("/sign-in", 303)
    for who in present:
        stay_within(who.company_id)
        found = await asyncio.to_thread(refused_of, who, request.path_params["document_id"])
        if found is not None:
            name, content = found
            return Response(
                content,
                media_type="text/csv; charset=utf-8",
                headers={
                    "Content-Disposition": f'attachment; filename="{name}"',
                    "Cache-Control": "no-store",
                },
            )
    return PlainTextResponse("Not found.", 404)


routes = [
    Route(UPLOAD, take, methods=["POST"]),
    Route("/dashboard/import/{document_id}/refused.csv", refused),
]
