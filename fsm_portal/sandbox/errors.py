"""Stripe's error envelope, and the errors every resource can raise (docs.stripe.com/api/errors)."""

from typing import Any

_V2_CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "rate_limit"}
_CODES_PAGE = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """An answer that is not a success: HTTP status and the fields of ``{"error": {…}}``.

    ``remembered`` says whether an idempotency key keeps this answer. Stripe keeps what an endpoint
    answered once it began to work, not what was refused while reading the parameters. ``commits``
    is set where the refusal itself is a fact that stays (a card was declined).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        remembered: bool = True,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.remembered = remembered
        self.headers = headers or {}
        self.commits = False
        self.fields: dict[str, Any] = {"message": message, "type": type, **extra}
        if code is not None:
            self.fields["code"] = code
            self.fields["doc_url"] = _CODES_PAGE + code.replace("_", "-")
        if param is not None:
            self.fields["param"] = param

    def body(self, request_id: str) -> dict[str, Any]:
        """The envelope as it is sent."""
        link = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": {**dict(sorted(self.fields.items())), "request_log_url": link}}

    def v2_body(self, request_id: str) -> dict[str, Any]:
        """The envelope of ``/v2``: a code always, no parameter."""
        code = self.fields.get("code") or _V2_CODES.get(self.status, "invalid_fields")
        kind = {429: "rate_limit"}.get(self.status, self.fields["type"])
        link = f"https://dashboard.stripe.com/test/logs/{request_id}"
        told = {"code": "not_found" if code == "resource_missing" else code, "type": kind}
        return {"error": {**told, "message": self.fields["message"], "request_log_url": link}}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    """400: a parameter cannot be used as it was sent."""
    return StripeError(400, message, param=param, code=code)


def missing_param(param: str) -> StripeError:
    """400: a parameter that must be there is not."""
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def no_such(noun: str, object_id: str, param: str = "id", status: int = 404) -> StripeError:
    """404 for an id in the path, 400 (``status``) for one in a parameter."""
    return StripeError(
        status, f"No such {noun}: '{object_id}'", code="resource_missing", param=param
    )


def unknown_url(method: str, path: str) -> StripeError:
    """404: no such endpoint, in Stripe's words."""
    return StripeError(
        404,
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs "
        "or we can help at https://support.stripe.com/.",
        remembered=False,
    )


def no_key() -> StripeError:
    """401: no API key was sent."""
    return StripeError(
        401,
        "You did not provide an API key. You need to provide your API key in the Authorization "
        "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). "
        "See https://stripe.com/docs/api#authentication for details, or we can help at "
        "https://support.stripe.com/.",
        headers={"WWW-Authenticate": 'Bearer realm="Stripe"'},
        remembered=False,
    )


def wrong_key(key: str) -> StripeError:
    """401: the API key is not one of this sandbox. Only its last four characters are repeated."""
    return StripeError(
        401,
        f"Invalid API Key provided: {masked(key)}",
        headers={"WWW-Authenticate": 'Bearer realm="Stripe"'},
        remembered=False,
    )


def account_invalid(key: str, account: str) -> StripeError:
    """403: the ``Stripe-Account`` header names an account that is not connected here."""
    return StripeError(
        403,
        f"The provided key '{masked(key)}' does not have access to account '{account}' "
        "(or that account does not exist). Application access may have been revoked.",
        code="account_invalid",
        remembered=False,
    )


def masked(key: str) -> str:
    """An API key as Stripe's messages show it: its kind and its last four characters."""
    kind = "sk_test_" if key.startswith("sk_test_") else ""
    return f"{kind}{'*' * 8}{key[-4:] if len(key) > 12 else ''}"
