"""Stripe's webhooks: raw bytes and signature to the flow, rings after the commit."""

import logging

from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.flows.from_stripe.receive_stripe_event import EndpointOff, receive_webhook
from fsm_portal.gateways.stripe_api import BadSignature
from fsm_portal.threads import for_webhook

log = logging.getLogger(__name__)


async def platform(request: Request) -> Response:
    """Events of the platform's own account."""
    return await _receive(request, connect=False)


async def connect(request: Request) -> Response:
    """Events of connected accounts."""
    return await _receive(request, connect=True)


async def _receive(request: Request, connect: bool) -> Response:
    body = await request.body()
    signature = request.headers.get("stripe-signature", "")
    try:
        topics = await for_webhook(receive_webhook, body, signature, connect)
    except EndpointOff:
        return PlainTextResponse("This endpoint is off: no webhook secret is set.", 503)
    except BadSignature as error:
        log.warning("a webhook was refused: %s", error)
        return PlainTextResponse("The signature is not valid.", 400)
    except ValueError as error:
        log.warning("a signed webhook cannot be read: %s", error)
        return PlainTextResponse("The body is not a Stripe event.", 400)
    except OperationalError:
        # Locked, full or away. Stripe tries again for days; nothing was half recorded.
        log.exception("a webhook could not be recorded")
        return PlainTextResponse("Not now, please try again.", 503)
    live.ring(topics)
    return PlainTextResponse("ok")


routes = [
    Route("/stripe/webhooks", platform, methods=["POST"]),
    Route("/stripe/webhooks/connect", connect, methods=["POST"]),
]
