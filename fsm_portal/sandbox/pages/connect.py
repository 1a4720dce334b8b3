"""How a company joins: consent to the platform (OAuth), and the onboarding form."""

import re
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fsm_portal.sandbox import clock, oauth
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.pages.checkout import company, form_fields
from fsm_portal.sandbox.pages.countries import COUNTRIES
from fsm_portal.sandbox.pages.origin import from_here
from fsm_portal.sandbox.pages.render import page
from fsm_portal.sandbox.params import is_web_address
from fsm_portal.sandbox.resources import account as accounts
from fsm_portal.sandbox.resources import account_body
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json

_COUNTRIES = dict(COUNTRIES)


class AuthorizePage:
    """``/oauth/authorize``: an account, known or new, agrees that the platform acts for it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def show(self, request: Request) -> Response:
        """The form, or what is wrong with the address that led here."""
        return self._form(dict(request.query_params), {}, 200)

    async def answer(self, request: Request) -> Response:
        """Back to the platform: with a code, or with ``access_denied``."""
        if not from_here(request):
            return Response("This form was sent from another site.", 403, media_type="text/plain")
        asked = dict(request.query_params)
        if problem := _wrong(asked):
            return page("connect_problem.html", 400, problem=problem)
        sent = await _texts(request)
        back = {"state": asked["state"]} if "state" in asked else {}
        if sent.get("outcome") != "connect":
            denied = {
                "error": "access_denied",
                "error_description": "The user denied your request",
            }
            return _leave(asked["redirect_uri"], {**denied, **back})
        with self.sandbox.store.transaction():
            account = sent.get("account") or self._new(sent)
            if account is None:
                return self._form(asked, sent, 422)
            if account not in [row["id"] for row in self._choices()]:
                return page("connect_problem.html", 400, problem="There is no such account.")
            scope = asked.get("scope", "read_only")
            code = oauth.new_code(self.sandbox, account, scope)
        return _leave(asked["redirect_uri"], {"scope": scope, "code": code, **back})

    def _new(self, sent: dict[str, str]) -> str | None:
        if not sent.get("name") or sent.get("country") not in _COUNTRIES:
            return None
        platform = self.sandbox.settings.platform
        body = account_body.build(
            new_id("acct")[:21],
            country=sent["country"],
            name=sent["name"][:200],
            email=sent.get("email") or None,
            enabled=True,
        )
        self.sandbox.store.insert(platform, "account", body, {"disconnected": True})
        return str(body["id"])

    def _choices(self) -> list[Json]:
        platform = self.sandbox.settings.platform
        rows = self.sandbox.store.rows(platform, "account", limit=500)
        return [
            {"id": row.id, "name": accounts.display_name(row.body) or f"Not named yet ({row.id})"}
            for row in rows
            if not row.hidden.get("platform")
        ]

    def _form(self, asked: dict[str, str], sent: dict[str, str], status: int) -> Response:
        if problem := _wrong(asked):
            return page("connect_problem.html", 400, problem=problem)
        wished = {
            name: asked.get(f"stripe_user[{field}]", "")
            for name, field in (("name", "business_name"), ("email", "email"))
        }
        return page(
            "authorize.html",
            status,
            leads_to=asked["redirect_uri"],
            query=urlencode(asked),
            platform=company(self.sandbox, self.sandbox.settings.platform),
            choices=self._choices()[:20],
            typed={**wished, **sent},
            country=sent.get("country") or asked.get("stripe_user[country]") or "US",
            countries=COUNTRIES,
            missing=status == 422,
        )


class OnboardingPage:
    """``/setup/s/<account>/<token>``: country, VAT number and bank of a new account."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def show(self, request: Request) -> Response:
        """The form; a link that is used or too old leads to the platform's refresh address."""
        link = self._link(request)
        if link is None:
            return page("missing.html", 404)
        if link["expires_at"] < clock.now():
            return RedirectResponse(link["refresh_url"], 303)
        return self._form(link, {}, [])

    async def answer(self, request: Request) -> Response:
        """The account can charge now."""
        link = self._link(request)
        if link is None:
            return page("missing.html", 404)
        if link["expires_at"] < clock.now():
            return RedirectResponse(link["refresh_url"], 303)
        sent = await _texts(request)
        bank = re.sub(r"[\s-]", "", sent.get("bank", ""))
        wrong = [name for name in ("name", "bank") if not sent.get(name)]
        if sent.get("country") and sent["country"] not in _COUNTRIES:
            wrong = [*wrong, "country"]
        if not re.fullmatch(r"[A-Za-z0-9]{4,34}", bank, re.ASCII):
            wrong = [*wrong, "bank"]
        if wrong:
            return self._form(link, sent, wrong)
        with self.sandbox.store.transaction():
            accounts.onboard(
                Call(self.sandbox, link["account"]),
                name=sent["name"][:200],
                vat_number=bool(sent.get("vat")),
                country=sent.get("country"),
            )
            token = f"account_link:{request.path_params['token']}"
            self.sandbox.store.set_state(token, {**link, "expires_at": 0})
        if link["return_url"] is None:
            return page(
                "onboarded.html", platform=company(self.sandbox, self.sandbox.settings.platform)
            )
        return RedirectResponse(link["return_url"], 303)

    def _link(self, request: Request) -> Json | None:
        kept: Json | None = self.sandbox.store.state(f"account_link:{request.path_params['token']}")
        return kept if kept and kept["account"] == request.path_params["account"] else None

    def _form(self, link: Json, sent: dict[str, str], wrong: list[str]) -> Response:
        row = self.sandbox.store.anywhere("account", link["account"])
        body = row.body if row else {}
        name = sent.get("name") or accounts.display_name(body) or ""
        return page(
            "onboarding.html",
            422 if wrong else 200,
            leads_to=link["return_url"],
            typed={**sent, "name": name},
            wrong=wrong,
            country=_COUNTRIES.get(body["country"], body["country"]),
            country_code=sent.get("country") or body["country"],
            countries=COUNTRIES if row and row.hidden.get("country_open") else None,
            platform=company(self.sandbox, self.sandbox.settings.platform),
        )


def _wrong(asked: dict[str, str]) -> str:
    """What is wrong with the address a platform sent somebody to, or nothing."""
    try:
        oauth.check_client(asked.get("client_id", ""))
    except oauth.OAuthError as refused:
        return str(refused)
    if asked.get("response_type") != "code":
        return "The response_type must be code."
    if not is_web_address(asked.get("redirect_uri", "")):
        return "Invalid redirect URI: the sandbox wants it in the address."
    scope = asked.get("scope", "read_only")
    return "" if scope in ("read_only", "read_write") else f"Unknown scope: {scope[:40]}"


def _leave(address: str, values: dict[str, str]) -> Response:
    joint = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{joint}{urlencode(values)}", 303)


async def _texts(request: Request) -> dict[str, str]:
    return {name: value.strip() for name, value in (await form_fields(request)).items()}
