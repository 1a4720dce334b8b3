"""The sandbox's own endpoints: things only an emulator can offer. Not part of Stripe's API."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from fsm_portal.sandbox import (
    body,
    control_accounts,
    control_clock,
    control_faults,
    control_money,
    form,
)
from fsm_portal.sandbox.api import secret_key
from fsm_portal.sandbox.errors import StripeError, wrong_key
from fsm_portal.sandbox.params import Shape
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json

Verb = Callable[[Sandbox, Json], Json]

# name below /sandbox/ -> methods, parameters, what it does
_VERBS: dict[tuple[str, str], tuple[Shape, Verb]] = {
    ("POST", "accounts"): (control_accounts.ACCOUNT, control_accounts.account),
    ("POST", "disconnect"): (control_accounts.DISCONNECT, control_accounts.disconnect),
    ("POST", "latency"): (control_clock.LATENCY, control_clock.latency),
    ("GET", "clock"): (Shape({}), control_clock.show),
    ("POST", "clock"): (control_clock.CLOCK, control_clock.move),
    ("POST", "hurry"): (control_clock.HURRY, control_clock.hurry),
    ("GET", "faults"): (Shape({}), control_faults.show),
    ("POST", "faults"): (control_faults.FAULT, control_faults.add),
    ("DELETE", "faults"): (control_faults.HEAL, control_faults.heal),
    ("POST", "replay"): (control_faults.REPLAY, control_faults.replay),
    ("POST", "refunds"): (control_money.REFUND, control_money.refund),
    ("POST", "payouts"): (control_money.PAYOUT, control_money.payout),
    ("POST", "disputes"): (control_money.DISPUTE, control_money.dispute),
}


class Control:
    """Answers ``/sandbox/…``: JSON or form in, JSON out, with the platform's key like the API."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def routes(self) -> list[BaseRoute]:
        """One for each verb."""
        names = {name for _, name in _VERBS}
        return [
            Route(f"/sandbox/{name}", self.answer, methods=[m for m, n in _VERBS if n == name])
            for name in sorted(names)
        ]

    async def answer(self, request: Request) -> Response:
        """One request."""
        method = "GET" if request.method == "HEAD" else request.method
        shape, act = _VERBS[method, request.url.path.rpartition("/")[2]]
        try:
            key = secret_key(request)
            if not key.startswith(self.sandbox.settings.key_prefix):
                raise wrong_key(key)
            return JSONResponse(act(self.sandbox, shape.read(await _sent(request))))
        except StripeError as refused:
            return JSONResponse(refused.body("req_sandbox"), refused.status)


async def _sent(request: Request) -> form.Form:
    raw = await body.read(request)
    if not request.headers.get("content-type", "").startswith("application/json"):
        return form.decode(raw or request.scope["query_string"])
    return form.from_json(raw)
