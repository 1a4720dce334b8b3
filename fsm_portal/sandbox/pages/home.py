"""The front page: accounts, the latest payments, and whether their events arrived."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from fsm_portal.sandbox.pages.checkout import company
from fsm_portal.sandbox.pages.render import page
from fsm_portal.sandbox.resources import charge_details
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json, Row

_SHOWN = 15


class HomePage:
    """What somebody who opens the sandbox in a browser sees."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def show(self, _request: Request) -> Response:
        """Newest first, all accounts together."""
        rows = self.sandbox.store.rows
        accounts = rows(self.sandbox.settings.platform, "account", newest_first=False)
        names = {row.id: company(self.sandbox, row.id) for row in accounts}
        return page(
            "home.html",
            accounts=[self._account(row) for row in accounts],
            payments=[self._payment(row, names) for row in rows(None, "charge", limit=_SHOWN)],
            events=[self._event(row, names) for row in rows(None, "event", limit=2 * _SHOWN)],
            endpoints=[row.body for row in rows(None, "webhook_endpoint")],
            address=self.sandbox.settings.public_url,
        )

    def _account(self, row: Row) -> Json:
        body = row.body
        return {
            "id": row.id,
            "name": company(self.sandbox, row.id),
            "country": body["country"],
            "currency": body["default_currency"].upper(),
            "platform": bool(row.hidden.get("platform")),
            "enabled": body["charges_enabled"],
        }

    def _payment(self, row: Row, names: dict[str, str]) -> Json:
        body = row.body
        transaction = self.sandbox.store.row(
            row.account, "balance_transaction", body["balance_transaction"] or ""
        )
        return {
            **body,
            "account_name": names.get(row.account, row.account),
            "at": _at(body["created"]),
            "card": charge_details.spoken(body),
            "settled": transaction.body if transaction else None,
        }

    def _event(self, row: Row, names: dict[str, str]) -> Json:
        deliveries = self.sandbox.store.db.execute(
            "SELECT state, attempts, status, problem FROM deliveries WHERE event = ? ORDER BY id",
            (row.id,),
        ).fetchall()
        return {
            "id": row.id,
            "type": row.body["type"],
            "account_name": names.get(row.account, row.account),
            "at": _at(row.body["created"]),
            "deliveries": [
                {"state": state, "attempts": attempts, "told": str(status or problem or "waiting")}
                for state, attempts, status, problem in deliveries
            ],
        }


def _at(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%d %b %H:%M:%S}"
