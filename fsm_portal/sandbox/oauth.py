"""OAuth for platforms: a code for an account's consent, and the end of the connection.

Errors are OAuth's own here, ``{"error": …, "error_description": …}``, not Stripe's envelope.

Source: docs.stripe.com/connect/oauth-reference.
"""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from fsm_portal.sandbox import body, clock
from fsm_portal.sandbox.api import secret_key
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import StripeError
from fsm_portal.sandbox.form import Form, decode
from fsm_portal.sandbox.ids import random_text
from fsm_portal.sandbox.resources import account as accounts
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json

Verb = Callable[[dict[str, str]], Json]
_CODE_LASTS = 300


class OAuthError(Exception):
    """Refused; ``code`` as OAuth names it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class OAuth:
    """``POST /oauth/token`` and ``POST /oauth/deauthorize``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def token(self, request: Request) -> Response:
        """A code for the account that gave it."""
        return await self._recorded(request, self._token)

    async def deauthorize(self, request: Request) -> Response:
        """The platform lets go of an account."""
        return await self._recorded(request, self._deauthorize)

    async def _recorded(self, request: Request, act: Verb) -> Response:
        """Neither what was sent is recorded nor what was answered: both hold secrets."""
        answer = await self._answer(request, act)
        self.sandbox.record.exchange(request, b"", answer.status_code, "null")
        return answer

    async def _answer(self, request: Request, act: Verb) -> Response:
        try:
            sent = _fields(decode(await body.read(request, body.LARGEST_FORM)))
            key = sent.pop("client_secret", None) or secret_key(request)
            if not key.startswith(self.sandbox.settings.key_prefix):
                raise OAuthError(401, "invalid_client", "Invalid API key provided.")
            with self.sandbox.store.transaction():
                return JSONResponse(act(sent))
        except OAuthError as refused:
            told = {"error": refused.code, "error_description": str(refused)}
            return JSONResponse(told, refused.status)
        except StripeError as refused:
            told = {"error": "invalid_request", "error_description": str(refused)}
            return JSONResponse(told, refused.status)

    def _token(self, sent: dict[str, str]) -> Json:
        if sent.get("grant_type") != "authorization_code":
            raise OAuthError(
                400, "unsupported_grant_type", "The sandbox supports authorization_code only."
            )
        code = sent.get("code", "")
        kept = self.sandbox.store.state(f"oauth:{code}") if code else None
        if kept is None or kept["until"] < clock.now():
            raise OAuthError(400, "invalid_grant", f"Authorization code does not exist: {code}")
        if kept["used"]:
            raise OAuthError(
                400,
                "invalid_grant",
                f"This authorization code has already been used. All tokens issued with this code "
                f"have been revoked: {code}",
            )
        self.sandbox.store.set_state(f"oauth:{code}", {**kept, "used": True})
        account = kept["account"]
        accounts.connect(Call(self.sandbox, account))
        return {
            "access_token": f"{self.sandbox.settings.key_prefix}{random_text(24)}",
            "livemode": False,
            "refresh_token": f"rt_{random_text(24)}",
            "scope": kept["scope"],
            "stripe_publishable_key": f"pk_test_{random_text(24)}",
            "stripe_user_id": account,
            "token_type": "bearer",
        }

    def _deauthorize(self, sent: dict[str, str]) -> Json:
        check_client(sent.get("client_id", ""))
        account = sent.get("stripe_user_id", "")
        if not accounts.is_connected(self.sandbox, account):
            raise OAuthError(
                401,
                "invalid_client",
                "This application is not connected to stripe account "
                f"{account}, or that account does not exist.",
            )
        accounts.disconnect(Call(self.sandbox, account))
        return {"stripe_user_id": account}


def new_code(sandbox: Sandbox, account: str, scope: str) -> str:
    """What the account's consent is told to the platform with; good once, for five minutes."""
    code = "ac_" + random_text(32)
    kept = {"account": account, "scope": scope, "until": clock.now() + _CODE_LASTS, "used": False}
    sandbox.store.set_state(f"oauth:{code}", kept)
    return code


def check_client(client_id: str) -> None:
    """Any client id is the platform's here, as long as it looks like one."""
    if not re.fullmatch(r"ca_\w{1,64}", client_id, re.ASCII):
        raise OAuthError(
            401, "invalid_client", f"No application matches the supplied client identifier: "
            f"{client_id[:80]}"
        )  # fmt: skip


def _fields(sent: Form) -> dict[str, str]:
    return {name: value for name, value in sent.items() if isinstance(value, str)}
