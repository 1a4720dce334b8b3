"""Logos: pictures that are on pages for anybody, by the hash that names them."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fsm_portal.flows.companies.company_logo import logo_picture

_HASH = re.compile(r"[0-9a-f]{64}")


async def logo(request: Request) -> Response:
    name = request.path_params["sha256"]
    picture = await asyncio.to_thread(logo_picture, name) if _HASH.fullmatch(name) else None
    if picture is None:
        return PlainTextResponse("Not found.", 404)
    return Response(
        picture,
        media_type="image/png",
        # Another picture has another address.
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


routes = [Route("/logos/{sha256}.png", logo)]
