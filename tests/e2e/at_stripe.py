"""The demo's sandbox, as somebody at Stripe would see it."""

from typing import Any

import httpx

from fsm_portal.demo.seed import BRIGHT_HEATING_ACCOUNT
from tests.sandbox_process import PLAIN


class Stripe:
    """Asks and tells it about Bright Heating's account."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url, key

    def ask(self, method: str, path: str, **about: Any) -> dict[str, Any]:
        body = {"params": about} if method == "GET" else {"json": about}
        headers = {"Authorization": f"Bearer {self._key}"}
        if path.startswith("/v1"):
            headers["Stripe-Account"] = BRIGHT_HEATING_ACCOUNT
        answer = httpx.request(
            method, f"{self._url}{path}", headers=headers, timeout=30, **body, **PLAIN
        )
        answer.raise_for_status()
        return dict(answer.json())

    def charge_of(self, number: str) -> str:
        charges = self.ask("GET", "/v1/charges", limit=100)["data"]
        return next(
            each["id"]
            for each in charges
            if f"{number}," in (each["description"] or "") and each["status"] == "succeeded"
        )

    def refund(self, number: str, amount: int | None = None) -> None:
        charge, account = self.charge_of(number), BRIGHT_HEATING_ACCOUNT
        self.ask("POST", "/sandbox/refunds", account=account, charge=charge, amount=amount)

    def dispute(self, number: str, **about: str) -> str:
        made = self.ask("POST", "/sandbox/disputes", charge=self.charge_of(number), **about)
        return str(made["id"])

    def pages(self) -> int:
        """How many payment pages are open."""
        sessions = self.ask("GET", "/v1/checkout/sessions", limit=100)["data"]
        return [each["status"] for each in sessions].count("open")
