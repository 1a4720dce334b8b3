"""The hosted checkout: ``/c/pay/<session id>``."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fsm_portal.sandbox import body, clock, payments
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.form import decode
from fsm_portal.sandbox.ids import random_text
from fsm_portal.sandbox.pages import saved_cards
from fsm_portal.sandbox.pages.bank_form import SepaForm, UsBankForm
from fsm_portal.sandbox.pages.card_form import CardForm
from fsm_portal.sandbox.pages.countries import COUNTRIES
from fsm_portal.sandbox.pages.payer_form import PayerForm
from fsm_portal.sandbox.pages.render import page
from fsm_portal.sandbox.resources import account as accounts
from fsm_portal.sandbox.resources import checkout_session
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json, Row

# The field a refusal stands beside; all others are about the card as a whole.
_BESIDE = {"incorrect_cvc": "cardCvc", "expired_card": "cardExpiry"}
_FORMS: dict[str, type[PayerForm]] = {
    "card": CardForm,
    "us_bank_account": UsBankForm,
    "sepa_debit": SepaForm,
}
_OTHER_CARD = " Try a different card."


class CheckoutPage:
    """Shows the form, takes it, and says what became of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def show(self, request: Request) -> Response:
        """The form; or, for a session that is no longer open, how it ended."""
        row = find(self.sandbox, request)
        if row is None:
            return page("missing.html", 404)
        if row.body["status"] != "open":
            return self._closed(row)
        refused = ""
        if request.query_params.get("authentication") == "failed":
            refused = self._last_error(row)
        return self._form(row, {}, {}, refused)

    async def pay(self, request: Request) -> Response:
        """One attempt. A script gets JSON (``redirect`` or ``errors``), a plain form a page."""
        row = find(self.sandbox, request)
        if row is None:
            return page("missing.html", 404)
        wants_json = "application/json" in request.headers.get("accept", "")
        if row.body["status"] != "open":
            return _go(_onward(row), wants_json)
        typed = await _typed(request, row.body)
        saved = {each["id"] for each in saved_cards.shown(self.sandbox, row)}
        if typed.get("remove") in saved and saved_cards.offers(row.body, "remove"):
            with self.sandbox.store.transaction():
                saved_cards.remove(page_call(self.sandbox, row.account), typed["remove"])
            return RedirectResponse(f"/c/pay/{row.id}", 303)
        if typed.get("method") in saved:
            return self._pay_saved(row, typed["method"], wants_json)
        sent = _form(typed, row.body)
        if sent.errors:
            return self._again(row, sent.again(), sent.errors, 422, wants_json)
        call = page_call(self.sandbox, row.account)
        with self.sandbox.store.transaction():
            outcome = payments.attempt(
                call,
                row,
                sent.means(row.account),
                sent.billing(),
                save=saved_cards.offers(row.body, "save") and bool(typed.get("saveCard")),
            )
        if onward := _led_on(row, outcome):
            return _go(onward, wants_json)
        beside = _BESIDE.get(outcome.code, "cardNumber")
        message = _said(outcome.message, outcome.code)
        return self._again(row, sent.again(), {beside: message}, 402, wants_json)

    def _pay_saved(self, row: Row, method: str, wants_json: bool) -> Response:
        with self.sandbox.store.transaction():
            outcome = payments.attempt_saved(page_call(self.sandbox, row.account), row, method)
        if onward := _led_on(row, outcome):
            return _go(onward, wants_json)
        error = {"saved": outcome.message + _OTHER_CARD}
        return self._again(row, {"method": method}, error, 402, wants_json)

    def _again(
        self,
        row: Row,
        typed: dict[str, str],
        errors: dict[str, str],
        status: int,
        wants_json: bool,
    ) -> Response:
        if wants_json:
            return JSONResponse({"errors": errors}, status)
        return self._form(row, typed, errors, "", status)

    def _form(
        self,
        row: Row,
        typed: dict[str, str],
        errors: dict[str, str],
        refused: str,
        status: int = 200,
    ) -> HTMLResponse:
        session = row.body
        details = session["customer_details"] or {}
        fixed_email = details.get("email") or ""
        values = {"billingName": details.get("name") or "", **typed}
        saved = saved_cards.shown(self.sandbox, row)
        return page(
            "checkout.html",
            status,
            leads_to=session["success_url"],
            session=session,
            company=company(self.sandbox, row.account),
            items=row.hidden["line_items"],
            notes=row.hidden.get("notes", {}),
            fixed_email=fixed_email,
            typed=values,
            method=_method(typed, session, saved),
            saved=saved,
            removable=saved_cards.offers(session, "remove"),
            savable=saved_cards.offers(session, "save"),
            kept_for_later=row.hidden["payment_intent_data"].get("setup_future_usage"),
            errors=errors,
            refused=refused,
            countries=COUNTRIES,
            country=typed.get("billingCountry") or home_country(self.sandbox, row.account),
        )

    def _closed(self, row: Row) -> HTMLResponse:
        paid = row.body["status"] == "complete"
        return page(
            "closed.html",
            200 if paid else 410,
            paid=paid,
            processing=paid and row.body["payment_status"] == "unpaid",
            session=row.body,
            company=company(self.sandbox, row.account),
            back=success_url(row) if paid else row.body["cancel_url"],
        )

    def _last_error(self, row: Row) -> str:
        intent = self.sandbox.store.row(
            row.account, "payment_intent", row.body["payment_intent"] or ""
        )
        error: Any = intent and intent.body["last_payment_error"]
        return _said(error["message"], error["code"]) if error else ""


def find(sandbox: Sandbox, request: Request) -> Row | None:
    """The session the address names, expired first if its time is over."""
    row = sandbox.store.anywhere("checkout.session", request.path_params["session"])
    if row and row.body["status"] == "open" and row.body["expires_at"] <= clock.now():
        with sandbox.store.transaction():
            checkout_session.expire(Call(sandbox, row.account), row.id)
        return sandbox.store.anywhere("checkout.session", row.id)
    return row


def page_call(sandbox: Sandbox, account: str) -> Call:
    """What a press on a hosted page counts as: a request of Stripe's own, with its own key."""
    return Call(sandbox, account, "req_" + random_text(14), random_text(32).lower())


def company(sandbox: Sandbox, account: str) -> str:
    """The name customers know the account by."""
    return accounts.display_name(_account(sandbox, account)) or account


def home_country(sandbox: Sandbox, account: str) -> str:
    """Where the account is; most customers are there too."""
    return str(_account(sandbox, account)["country"])


def success_url(row: Row) -> str:
    """Where a paid session leads, with its id put in."""
    return str(row.body["success_url"]).replace("{CHECKOUT_SESSION_ID}", row.id)


def _account(sandbox: Sandbox, account: str) -> Json:
    row = sandbox.store.row(sandbox.settings.platform, "account", account)
    assert row is not None, "a session belongs to an account"
    return row.body


def _said(message: str, code: str) -> str:
    return message + (_OTHER_CARD if code == "card_declined" else "")


def _onward(row: Row) -> str:
    return success_url(row) if row.body["status"] == "complete" else f"/c/pay/{row.id}"


def _go(address: str, wants_json: bool) -> Response:
    if wants_json:
        return JSONResponse({"redirect": address})
    return RedirectResponse(address, 303)


def _led_on(row: Row, outcome: payments.Outcome) -> str | None:
    if outcome.state == "paid":
        return success_url(row)
    return f"/c/pay/{row.id}/authenticate" if outcome.state == "authenticate" else None


def _method(typed: dict[str, str], session: Json, saved: list[Json]) -> str:
    types = [each["id"] for each in saved] + session["payment_method_types"]
    return typed["method"] if typed.get("method") in types else types[0]


def _form(typed: dict[str, str], session: Json) -> PayerForm:
    return _FORMS[_method(typed, session, [])](typed)


async def _typed(request: Request, session: Json) -> dict[str, str]:
    """The fields sent; an email the session fixed cannot be changed here."""
    fields = await form_fields(request)
    if fixed := (session["customer_details"] or {}).get("email"):
        fields["email"] = fixed
    return fields


async def form_fields(request: Request) -> dict[str, str]:
    """A form's fields by name. Raises StripeError for one that is too long to be one."""
    raw = await body.read(request, body.LARGEST_FORM)
    return {name: value for name, value in decode(raw).items() if isinstance(value, str)}
