"""One account's dashboard: ``/dashboard/<account id>/<tab>``. What starts at Stripe starts here."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fsm_portal.sandbox.errors import StripeError
from fsm_portal.sandbox.pages import dashboard_rows as rows
from fsm_portal.sandbox.pages.checkout import company, form_fields
from fsm_portal.sandbox.pages.dashboard_acts import ACTS
from fsm_portal.sandbox.pages.origin import from_here
from fsm_portal.sandbox.pages.render import page
from fsm_portal.sandbox.sandbox import Sandbox

TABS = {
    "payments": rows.payments,
    "disputes": rows.disputes,
    "payouts": rows.payouts,
    "events": rows.events,
    "clock": rows.clock_and_faults,
}


class DashboardPage:
    """Shows the tabs, and takes the forms on them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def enter(self, request: Request) -> Response:
        """Without a tab: the first."""
        return RedirectResponse(f"/dashboard/{request.path_params['account']}/payments", 303)

    async def show(self, request: Request) -> Response:
        """One tab."""
        return self._tab(request, "")

    async def act(self, request: Request) -> Response:
        """A button was pressed; back to its tab, or there with what went wrong."""
        if not from_here(request):
            return Response("This form was sent from another site.", 403, media_type="text/plain")
        if self._unknown(request):
            return page("missing.html", 404)
        account, tab = request.path_params["account"], request.path_params["tab"]
        try:
            sent = await form_fields(request)
            verb = ACTS.get(sent.pop("act", ""))
            if verb is None:
                raise StripeError(400, "There is no such button.")
            verb(self.sandbox, account, {name: text for name, text in sent.items() if text})
        except StripeError as refused:
            return self._tab(request, str(refused), 400)
        # What was worked on stays open.
        entry = sent.get("charge") or sent.get("payout")
        opened = f"?{urlencode({'open': entry})}" if entry else ""
        return RedirectResponse(f"/dashboard/{account}/{tab}{opened}", 303)

    def _tab(self, request: Request, problem: str, status: int = 200) -> Response:
        if self._unknown(request):
            return page("missing.html", 404)
        account, tab = request.path_params["account"], request.path_params["tab"]
        return page(
            f"dashboard_{tab}.html",
            status,
            account=account,
            company=company(self.sandbox, account),
            tab=tab,
            tabs=list(TABS),
            problem=problem,
            opened=request.query_params.get("open"),
            clock=rows.clock_shown(),
            **TABS[tab](self.sandbox, account),
        )

    def _unknown(self, request: Request) -> bool:
        platform, account = self.sandbox.settings.platform, request.path_params["account"]
        there = self.sandbox.store.row(platform, "account", account)
        return there is None or request.path_params["tab"] not in TABS
