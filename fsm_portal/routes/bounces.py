"""The endpoint that mail providers tell of bounces and complaints."""

import base64
import binascii
import hmac
import logging

from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.config import settings
from fsm_portal.flows.bounced.record import record_reports
from fsm_portal.gateways.bounces import reports_in_json
from fsm_portal.threads import for_webhook

log = logging.getLogger(__name__)


async def take(request: Request) -> Response:
    """Reports as JSON, from whoever knows the secret."""
    secret = settings().bounce_secret.get_secret_value()
    if not secret:
        return PlainTextResponse("This endpoint is off: no FSM_BOUNCE_SECRET is set.", 503)
    if not hmac.compare_digest(_given(request).encode(), secret.encode()):
        return PlainTextResponse(
            "The secret is not right.", 401, {"WWW-Authenticate": 'Basic realm="bounces"'}
        )
    body = await request.body()
    try:
        reports = reports_in_json(body)
    except ValueError:
        return PlainTextResponse("The body is no JSON that is understood here.", 400)
    try:
        topics = await for_webhook(record_reports, reports)
    except OperationalError:
        # Locked, full or away. Providers try again.
        log.exception("a report could not be recorded")
        return PlainTextResponse("Not now, please try again.", 503)
    if topics:
        live.ring(topics)
    return PlainTextResponse("ok")


def _given(request: Request) -> str:
    """The secret in the header: as a bearer's token, or as the password of whatever name."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


routes = [Route("/mail/bounces", take, methods=["POST"])]
