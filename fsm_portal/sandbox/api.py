"""The HTTP face of the API: key, account, parameters, idempotency, errors."""

import asyncio
import base64
import json
import logging
import re
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fsm_portal.sandbox import body, form, idempotency
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cut import NoAnswer
from fsm_portal.sandbox.endpoint import Directory, Endpoint
from fsm_portal.sandbox.errors import StripeError, account_invalid, no_key, wrong_key
from fsm_portal.sandbox.expand import expanded
from fsm_portal.sandbox.faults import Fault
from fsm_portal.sandbox.ids import random_text
from fsm_portal.sandbox.params import Many, Shape, Text
from fsm_portal.sandbox.resources import ENDPOINTS, NOUNS
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.settings import API_VERSION
from fsm_portal.sandbox.store import Json

_EXPAND = Many(Text(), most=20)
_PRINTABLE = re.compile(r"[\x20-\x7e]+")

log = logging.getLogger("stripe-sandbox")


class Api:
    """Answers everything under ``/v1`` and ``/v2``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.directory = Directory(ENDPOINTS)
        self._busy: set[tuple[str, str]] = set()

    async def answer(self, request: Request) -> Response:
        """One request. Never raises: what goes wrong is told in Stripe's envelope."""
        request_id = "req_" + random_text(14)
        headers: dict[str, str] = {}
        raw = b""
        try:
            raw = await body.read(request)
            key = secret_key(request)
            if not key.startswith(self.sandbox.settings.key_prefix):
                raise wrong_key(key)
            fault = self.sandbox.faults.on_request(
                request.headers.get("stripe-account") or self.sandbox.settings.platform,
                request.url.path,
            )
            if fault is not None and fault.kind == "timeout":
                self.sandbox.record.exchange(request, raw, 0, "null")
                await asyncio.sleep(fault.seconds)
                return NoAnswer()
            if fault is not None and (refusal := _faulty(fault)):
                raise refusal
            spoilt = fault is not None and fault.kind == "error_500"
            status, answer = await self._answer(request, raw, key, request_id, headers, spoilt)
            if fault is not None and fault.kind == "lose_response":
                self.sandbox.record.exchange(request, raw, status, answer)
                await asyncio.sleep(fault.seconds)
                return NoAnswer()
        except StripeError as refused:
            headers |= refused.headers
            status, answer = refused.status, _refusal(request, refused, request_id)
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            broken = StripeError(500, "The sandbox failed; see its log.", type="api_error")
            status, answer = 500, _refusal(request, broken, request_id)
        self.sandbox.record.exchange(request, raw, status, answer)
        headers.setdefault("Request-Id", request_id)
        headers["Stripe-Version"] = API_VERSION
        headers["Cache-Control"] = "no-cache, no-store"
        return Response(answer, status, headers, media_type="application/json")

    async def _answer(
        self,
        request: Request,
        raw: bytes,
        key: str,
        request_id: str,
        headers: dict[str, str],
        spoilt: bool = False,
    ) -> tuple[int, str]:
        # The path as sent: an encoded slash in an id must not reach another endpoint.
        path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
        endpoint, ids = self.directory.find(request.method, path)
        account = self._account(request, key)
        if request.headers.get("stripe-account"):
            headers["Stripe-Account"] = account
        sent = _sent(request, raw)
        idempotency_key = request.headers.get("idempotency-key")
        if request.method != "POST" or not idempotency_key:
            idempotency_key = None
        call = Call(self.sandbox, account, request_id, idempotency_key, key)
        if spoilt:
            endpoint = replace(endpoint, handler=_spoilt)
        if idempotency_key is None:
            await self.sandbox.latency()
            with self.sandbox.store.transaction():
                return _work(request, call, endpoint, ids, sent)
        if _PRINTABLE.fullmatch(idempotency_key):
            headers["Idempotency-Key"] = idempotency_key
        return await self._once(call, endpoint, ids, sent, f"POST {path}", headers, request)

    def _account(self, request: Request, key: str) -> str:
        platform = self.sandbox.settings.platform
        account = request.headers.get("stripe-account") or platform
        row = self.sandbox.store.row(platform, "account", account)
        if row is None or row.hidden.get("disconnected"):
            raise account_invalid(key, account)
        return account

    async def _once(
        self,
        call: Call,
        endpoint: Endpoint,
        ids: tuple[Any, ...],
        sent: form.Form,
        name: str,
        headers: dict[str, str],
        request: Request,
    ) -> tuple[int, str]:
        """The work under an idempotency key: replayed when it was done before."""
        store, account, key = call.store, call.account, call.idempotency_key or ""
        params = idempotency.fingerprint(sent)
        if (account, key) in self._busy:
            raise idempotency.in_use(key)
        if before := idempotency.recalled(store, account, key, name, params):
            headers["Idempotent-Replayed"] = "true"
            headers["Original-Request"] = before.request_id
            return before.status, before.body
        self._busy.add((account, key))
        try:
            await self.sandbox.latency()
            request_id = call.request_id or ""
            try:
                with store.transaction():
                    worked = _work(request, call, endpoint, ids, sent)
                    answer = idempotency.Answer(*worked, request_id)
                    idempotency.keep(store, account, key, name, params, answer)
            except StripeError as refused:
                if not refused.remembered:
                    raise
                answer = idempotency.Answer(
                    refused.status, _refusal(request, refused, request_id), request_id
                )
                idempotency.keep(store, account, key, name, params, answer)
            headers["Original-Request"] = request_id
            return answer.status, answer.body
        finally:
            self._busy.discard((account, key))


def _is_v2(request: Request) -> bool:
    return request.url.path.startswith("/v2/")


def _sent(request: Request, raw: bytes) -> form.Form:
    """The parameters: a form, or with ``/v2`` JSON, of which a null unsets; else the query."""
    if request.method != "POST":
        return form.decode(request.scope["query_string"])
    return form.from_json(raw, null="") if _is_v2(request) else form.decode(raw)


def _refusal(request: Request, refused: StripeError, request_id: str) -> str:
    """What went wrong in the envelope of the API that was asked."""
    if _is_v2(request):
        return json.dumps(refused.v2_body(request_id))
    return json.dumps(refused.body(request_id))


def _faulty(fault: Fault) -> StripeError | None:
    """What is answered before any work begins."""
    if fault.kind == "error_429":
        return StripeError(
            429,
            "Request rate limit exceeded. You can learn more about rate limits here "
            "https://stripe.com/docs/rate-limits.",
            code="rate_limit",
            remembered=False,
        )
    if fault.kind == "error_500" and not fault.remembered:
        return _broken(remembered=False)
    return None


def _broken(*, remembered: bool) -> StripeError:
    message = "Sorry! There was an error while talking to one of our backends."
    return StripeError(500, message, type="api_error", remembered=remembered)


def _spoilt(*_anything: object) -> Json:
    """Work that begins and fails: an idempotency key remembers it."""
    raise _broken(remembered=True)


def _work(
    request: Request, call: Call, endpoint: Endpoint, ids: tuple[Any, ...], sent: form.Form
) -> tuple[int, str]:
    """The answer. A refusal that is raised undoes what was done, one that ``commits`` does not."""
    try:
        return 200, json.dumps(_done(call, endpoint, ids, sent))
    except StripeError as refused:
        if not refused.commits:
            raise
        return refused.status, _refusal(request, refused, call.request_id or "")


def _done(call: Call, endpoint: Endpoint, ids: tuple[Any, ...], sent: form.Form) -> Json:
    """Read the parameters, let the resource act, expand what was asked for."""
    shape = Shape({**endpoint.params.readers, "expand": _EXPAND}, endpoint.params.required)
    params = shape.read(sent)
    paths = params.pop("expand", [])
    return expanded(call, NOUNS, endpoint.handler(call, params, *ids), paths)


def secret_key(request: Request) -> str:
    """The API key, from Bearer or (as with curl -u) Basic. Raises 401 when there is none."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    key = credentials.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key, validate=True).decode().partition(":")[0]
        except ValueError:
            key = ""
    elif scheme.lower() != "bearer":
        key = ""
    if not key:
        raise no_key()
    return key
