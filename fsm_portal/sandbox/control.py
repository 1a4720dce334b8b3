"""The sandbox's own endpoints: things only an emulator can offer. Not part of Stripe's API."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from fsm_portal.sandbox import form
from fsm_portal.sandbox.api import secret_key
from fsm_portal.sandbox.errors import StripeError, invalid, wrong_key
from fsm_portal.sandbox.number_params import Currency, Integer
from fsm_portal.sandbox.params import Email, Shape, Text, refuse
from fsm_portal.sandbox.resources import account_body
from fsm_portal.sandbox.sandbox import Sandbox

_ACCOUNT = Shape(
    {
        "id": Text(255),
        "name": Text(),
        "country": Text(2),
        "default_currency": Currency(),
        "email": Email(),
    },
    required=("id", "name"),
)
_LATENCY = Shape({"milliseconds": Integer(0, 60_000)}, required=("milliseconds",))


class Control:
    """Answers ``/sandbox/…``: JSON or form in, JSON out, with the platform's key like the API."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def accounts(self, request: Request) -> Response:
        """``POST /sandbox/accounts``: a connected account, ready to charge, under a chosen id.

        Sent again with the same id it renames the account and leaves all else as it is.
        """
        return await self._answer(request, _ACCOUNT, self._account)

    async def latency(self, request: Request) -> Response:
        """``POST /sandbox/latency``: how long every API request takes from now on."""
        return await self._answer(request, _LATENCY, self._latency)

    async def _answer(self, request: Request, shape: Shape, act: object) -> Response:
        assert callable(act)
        try:
            key = secret_key(request)
            if not key.startswith(self.sandbox.settings.key_prefix):
                raise wrong_key(key)
            params = shape.read(await _sent(request))
            with self.sandbox.store.transaction():
                return JSONResponse(act(params))
        except StripeError as refused:
            return JSONResponse(refused.body("req_sandbox"), refused.status)

    def _account(self, params: dict[str, str]) -> dict[str, object]:
        store, platform = self.sandbox.store, self.sandbox.settings.platform
        account_id = params["id"]
        if not account_id.startswith("acct_") or not account_id[5:].isalnum():
            raise invalid("An account's id is acct_ and letters or digits.", "id")
        if existing := store.row(platform, "account", account_id):
            body = existing.body
            body["business_profile"]["name"] = params["name"]
            body["settings"]["dashboard"]["display_name"] = params["name"]
            return store.save(platform, "account", body)
        body = account_body.build(
            account_id,
            country=params.get("country", "US").upper(),
            currency=params.get("default_currency"),
            name=params["name"],
            email=params.get("email"),
            enabled=True,
        )
        return store.insert(platform, "account", body)

    def _latency(self, params: dict[str, int]) -> dict[str, object]:
        self.sandbox.api_latency = params["milliseconds"] / 1000
        return {"milliseconds": params["milliseconds"]}


async def _sent(request: Request) -> form.Form:
    raw = await request.body()
    if not request.headers.get("content-type", "").startswith("application/json"):
        return form.decode(raw)
    try:
        sent = json.loads(raw)
    except ValueError as problem:
        raise refuse("The body is not JSON.", "") from problem
    if not isinstance(sent, dict):
        raise refuse("The body must be a JSON object.", "")
    return {name: str(value) for name, value in sent.items() if value is not None}
