"""The bank's page of 3D Secure: ``/c/pay/<session id>/authenticate``, Complete or Fail."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fsm_portal.sandbox import payments
from fsm_portal.sandbox.pages.checkout import company, find, form_fields, page_call, success_url
from fsm_portal.sandbox.pages.render import page
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Row


class AuthenticatePage:
    """Stands in for the page on which a bank asks its customer to approve a payment."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def show(self, request: Request) -> Response:
        """The two buttons; anybody who has no payment to approve is sent back."""
        row = find(self.sandbox, request)
        if row is None:
            return page("missing.html", 404)
        if not self._waiting(row):
            return RedirectResponse(f"/c/pay/{row.id}", 303)
        return page(
            "authenticate.html",
            leads_to=row.body["success_url"],
            session=row.body,
            company=company(self.sandbox, row.account),
        )

    async def answer(self, request: Request) -> Response:
        """``outcome=complete`` charges the card, anything else sends the customer back."""
        row = find(self.sandbox, request)
        if row is None:
            return page("missing.html", 404)
        sent = await form_fields(request)
        if self._waiting(row):
            call = page_call(self.sandbox, row.account)
            with self.sandbox.store.transaction():
                outcome = payments.authenticate(call, row, sent.get("outcome") == "complete")
            if outcome.state == "paid":
                return RedirectResponse(success_url(row), 303)
        return RedirectResponse(f"/c/pay/{row.id}?authentication=failed", 303)

    def _waiting(self, row: Row) -> bool:
        if row.body["status"] != "open" or not row.body["payment_intent"]:
            return False
        intent = self.sandbox.store.row(row.account, "payment_intent", row.body["payment_intent"])
        return intent is not None and intent.body["status"] == "requires_action"
