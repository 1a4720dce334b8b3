"""The billing portal: ``/p/session/<id>``, a customer's saved cards and past payments."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import StripeError
from fsm_portal.sandbox.listing import field_is
from fsm_portal.sandbox.pages.card_form import NewCardForm
from fsm_portal.sandbox.pages.checkout import company, form_fields, home_country, page_call
from fsm_portal.sandbox.pages.countries import COUNTRIES
from fsm_portal.sandbox.pages.render import page
from fsm_portal.sandbox.resources import attachment, portal_configuration, portal_session
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json, Row

_PAYMENTS = 50


class BillingPortalPage:
    """One customer's; what is on it is what the configuration of the session switches on."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def show(self, request: Request) -> Response:
        """Cards and payments; a session for one purpose goes to that at once."""
        row = self._opened(request)
        if row is None:
            return page("portal_closed.html", 404)
        if row.body["flow"] and not row.hidden.get("flow_done"):
            return RedirectResponse(f"{request.url.path}/payment-methods", 303)
        call = Call(self.sandbox, row.account)
        features = self._features(row)
        customer = row.body["customer"]
        return page(
            "billing_portal.html",
            **self._common(row),
            cards=[each.body for each in attachment.cards(call, customer)],
            default=attachment.default_of(call, customer),
            cards_on=features["payment_method_update"]["enabled"],
            payments=self._payments(row) if features["invoice_history"]["enabled"] else None,
        )

    async def act(self, request: Request) -> Response:
        """``default=pm_…`` or ``remove=pm_…``."""
        row = self._opened(request)
        if row is None or not self._features(row)["payment_method_update"]["enabled"]:
            return page("portal_closed.html", 404)
        sent = await form_fields(request)
        call, customer = page_call(self.sandbox, row.account), row.body["customer"]
        with self.sandbox.store.transaction():
            for act in ("default", "remove"):
                method = sent.get(act, "")
                if not attachment.is_of(call, method, customer):
                    continue
                found = self.sandbox.store.row(row.account, "payment_method", method)
                assert found is not None
                if act == "remove":
                    attachment.detach(call, found.body)
                else:
                    self._make_default(call, customer, method)
        return RedirectResponse(request.url.path, 303)

    async def ask(self, request: Request) -> Response:
        """The form for another card."""
        row = self._opened(request)
        if row is None or not self._features(row)["payment_method_update"]["enabled"]:
            return page("portal_closed.html", 404)
        return self._form(row, {}, {}, 200)

    async def add(self, request: Request) -> Response:
        """Keep the card; a script gets JSON (``redirect`` or ``errors``), a plain form a page."""
        row = self._opened(request)
        if row is None or not self._features(row)["payment_method_update"]["enabled"]:
            return page("portal_closed.html", 404)
        wants_json = "application/json" in request.headers.get("accept", "")
        customer = self._customer(row)
        typed = await form_fields(request)
        sent = NewCardForm({**typed, "email": customer["email"] or ""})
        if sent.errors:
            return self._again(row, sent, sent.errors, 422, wants_json)
        call = page_call(self.sandbox, row.account)
        try:
            with self.sandbox.store.transaction():
                made = attachment.add(
                    call, sent.means(row.account), sent.billing(), customer["id"], "always"
                )
                if (
                    typed.get("makeDefault")
                    or not customer["invoice_settings"]["default_payment_method"]
                ):
                    self._make_default(call, customer["id"], made["id"])
                hidden = {**row.hidden, "flow_done": True}
                call.store.save(row.account, portal_session.NOUN.kind, row.body, hidden)
        except StripeError as refused:
            error = {"cardNumber": str(refused)}
            return self._again(row, sent, error, refused.status, wants_json)
        onward = _after(row)
        return JSONResponse({"redirect": onward}) if wants_json else RedirectResponse(onward, 303)

    def _again(
        self, row: Row, sent: NewCardForm, errors: dict[str, str], status: int, wants_json: bool
    ) -> Response:
        if wants_json:
            return JSONResponse({"errors": errors}, status)
        return self._form(row, sent.again(), errors, status)

    def _form(
        self, row: Row, typed: dict[str, str], errors: dict[str, str], status: int
    ) -> HTMLResponse:
        customer = self._customer(row)
        flow = row.body["flow"] if not row.hidden.get("flow_done") else None
        return page(
            "billing_portal_card.html",
            status,
            leads_to=_after(row) if _after(row).startswith("http") else None,
            **self._common(row),
            typed={"billingName": customer["name"] or "", **typed},
            errors=errors,
            refused="",
            first=not customer["invoice_settings"]["default_payment_method"],
            cancel=row.body["return_url"] if flow else f"/p/session/{row.id}",
            countries=COUNTRIES,
            country=typed.get("billingCountry") or home_country(self.sandbox, row.account),
        )

    def _common(self, row: Row) -> Json:
        return {
            "session": row.body,
            "company": company(self.sandbox, row.account),
            "customer": self._customer(row),
            "profile": self._configuration(row)["business_profile"],
        }

    def _opened(self, request: Request) -> Row | None:
        """The session, kept open for another hour; None once its time or customer is gone."""
        store, kind = self.sandbox.store, portal_session.NOUN.kind
        row = store.anywhere(kind, request.path_params["session"])
        if row is None or row.hidden["until"] < clock.now():
            return None
        customer = store.row(row.account, "customer", row.body["customer"])
        if customer is None or customer.body.get("deleted"):
            return None
        row.hidden["until"] = clock.now() + portal_session.IDLE
        store.save(row.account, kind, row.body, row.hidden)
        return row

    def _customer(self, row: Row) -> Json:
        found = self.sandbox.store.row(row.account, "customer", row.body["customer"])
        assert found is not None, "a session that is open has its customer"
        return found.body

    def _configuration(self, row: Row) -> Json:
        call = Call(self.sandbox, row.account)
        return portal_configuration.NOUN.row(call, row.body["configuration"]).body

    def _features(self, row: Row) -> Json:
        found: Json = self._configuration(row)["features"]
        return found

    def _make_default(self, call: Call, customer: str, method: str) -> None:
        row = self.sandbox.store.row(call.account, "customer", customer)
        assert row is not None
        if row.body["invoice_settings"]["default_payment_method"] != method:
            attachment.set_default(call, row.body, method)

    def _payments(self, row: Row) -> list[Json]:
        """What the customer paid, newest first, with the address of each receipt."""
        where = [field_is("customer", row.body["customer"])]
        rows = self.sandbox.store.rows(row.account, "charge", where=where, limit=_PAYMENTS)
        return [_payment(each.body) for each in rows if each.body["status"] != "failed"]


def _payment(charge: Json) -> Json:
    on = datetime.fromtimestamp(charge["created"], UTC)
    status = "Paid" if charge["paid"] else "Processing"
    if charge["amount_refunded"]:
        status = "Refunded" if charge["refunded"] else "Partly refunded"
    return {**charge, "on": f"{on:%b} {on.day}, {on.year}", "state": status}


def _after(row: Row) -> str:
    """Where a card that was added leads: back to the seller if the session was made for that."""
    flow = row.body["flow"]
    if flow and flow["after_completion"]["type"] == "redirect":
        return str(flow["after_completion"]["redirect"]["return_url"])
    return f"/p/session/{row.id}"
