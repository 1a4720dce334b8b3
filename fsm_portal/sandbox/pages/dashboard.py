"""One account's dashboard: ``/dashboard/<account id>/<tab>``. What starts at Stripe starts here."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fsm_portal.sandbox.errors import StripeError
from fsm_portal.sandbox.form import decode
from fsm_portal.sandbox.pages import dashboard_rows as rows
from fsm_portal.sandbox.pages.checkout import company
from fsm_portal.sandbox.pages.dashboard_acts import ACTS
from fsm_portal.sandbox.pages.render import page
from fsm_portal.sandbox.sandbox import Sandbox

TABS = {
    "payments": rows.payments,
    "disputes": rows.disputes,
    "payouts": rows.payouts,
    "events": rows.events,
    "clock": rows.clock_and_faults,
}
LARGEST_FORM = 8 * 1024


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
        if not _from_here(request):
            return Response("This form was sent from another site.", 403, media_type="text/plain")
        if self._unknown(request):
            return page("missing.html", 404)
        raw = await request.body()
        if len(raw) > LARGEST_FORM:
            return Response("This form is too large.", 413, media_type="text/plain")
        account, tab = request.path_params["account"], request.path_params["tab"]
        try:
            sent = {name: text for name, text in decode(raw).items() if isinstance(text, str)}
            verb = ACTS.get(sent.pop("act", ""))
            if verb is None:
                raise StripeError(400, "There is no such button.")
            verb(self.sandbox, account, {name: text for name, text in sent.items() if text})
        except StripeError as refused:
            return self._tab(request, str(refused), 400)
        return RedirectResponse(f"/dashboard/{account}/{tab}", 303)

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
            clock=rows.clock_shown(),
            **TABS[tab](self.sandbox, account),
        )

    def _unknown(self, request: Request) -> bool:
        platform, account = self.sandbox.settings.platform, request.path_params["account"]
        there = self.sandbox.store.row(platform, "account", account)
        return there is None or request.path_params["tab"] not in TABS


def _from_here(request: Request) -> bool:
    """Other sites must not press buttons: browsers say where a form comes from."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        # The pages send no referrer, and so the origin of their own forms is `null`.
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
