"""When the database does not answer: a plain page instead of a bare 500, and the same once more.

Stripe takes the 503 as a reason to deliver its event again.
"""

import logging
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fsm_portal.db import UNREACHABLE
from fsm_portal.gateways import pages

_log = logging.getLogger(__name__)

_RETRY_AFTER = "10"
# Our own forms have one short field.
_MOST_FIELDS, _LONGEST_FIELD = 4, 254


async def try_again(request: Request, error: Exception) -> Response:
    """The page for whoever asked; what was typed goes along with the next try."""
    # Not the statement with its values, which are people's.
    _log.error("the database cannot be reached: %s", getattr(error, "orig", error))
    fields = await _typed(request) if request.method == "POST" else None
    path = (
        "/" + request.url.path.lstrip("/") + (f"?{request.url.query}" if request.url.query else "")
    )
    return HTMLResponse(
        pages.records_away(action_url=path, fields=fields),
        503,
        headers={"Cache-Control": "no-store", "Retry-After": _RETRY_AFTER},
    )


async def _typed(request: Request) -> Mapping[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    form = await request.form()
    items = list(form.items())[:_MOST_FIELDS]
    return {name: value[:_LONGEST_FIELD] for name, value in items if isinstance(value, str)}


handlers: dict[Any, Any] = dict.fromkeys(UNREACHABLE, try_again)
