"""A receipt that anybody with its address may read: ``/receipts/payment/<charge id>``."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from fsm_portal.sandbox.pages.checkout import company
from fsm_portal.sandbox.pages.render import page
from fsm_portal.sandbox.resources import charge_details
from fsm_portal.sandbox.sandbox import Sandbox


class ReceiptPage:
    """What a charge's ``receipt_url`` shows."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def show(self, request: Request) -> Response:
        """The receipt of a charge that succeeded."""
        row = self.sandbox.store.anywhere("charge", request.path_params["charge"])
        if row is None or not row.body["paid"]:
            return page("missing.html", 404)
        paid_at = datetime.fromtimestamp(row.body["created"], UTC)
        return page(
            "receipt.html",
            charge=row.body,
            means=charge_details.spoken(row.body),
            company=company(self.sandbox, row.account),
            paid_on=f"{paid_at:%B} {paid_at.day}, {paid_at.year}",
        )
