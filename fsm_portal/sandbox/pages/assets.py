"""Style sheets and scripts of the pages: read once, nothing from elsewhere."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    return {
        path.name: (path.read_bytes(), _TYPES[path.suffix])
        for path in _FOLDER.iterdir()
        if path.suffix in _TYPES
    }


async def asset(request: Request) -> Response:
    """``GET /assets/<name>``."""
    found = _files().get(request.path_params["name"])
    if found is None:
        return Response("Not found", 404, media_type="text/plain")
    content, kind = found
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=kind, headers=headers)
