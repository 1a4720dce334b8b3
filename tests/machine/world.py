"""The world that the machine drives: the portal's flows, Stripe, the post and one clock for all."""

import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain import clock
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways import stripe_client
from tests.flows.stripe_side import Event, StripeSide, deliver
from tests.sandbox_process import SandboxProcess


@dataclass
class World:
    """Everything a step may touch. ``rng`` decides all there is to decide."""

    rng: random.Random
    stripe: StripeSide
    sandbox: SandboxProcess
    company: Company
    customers: Sequence[tuple[Customer, Identity]]
    owner: Identity
    colleague: Identity
    monkeypatch: pytest.MonkeyPatch
    # Issued ones, and the ids of drafts.
    invoices: list[Invoice] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    # Addresses of Stripe's pages that were opened, with who opened them.
    pages: list[tuple[str, Identity]] = field(default_factory=list)
    waiting: list[Event] = field(default_factory=list)
    _last_event: str = ""
    _ahead: timedelta = timedelta(0)
    _smtp_port: str = ""

    def __post_init__(self) -> None:
        self._ahead = timedelta(seconds=self.sandbox.now()) - timedelta(
            seconds=datetime.now(UTC).timestamp()
        )
        self.monkeypatch.setattr(clock, "_source", lambda: datetime.now(UTC) + self._ahead)

    def pass_time(self, **by: float) -> None:
        """Here and at Stripe; what is due on the way happens there."""
        step = timedelta(**by)
        self.sandbox.advance(int(step.total_seconds()))
        self._ahead += step

    def post(self, is_up: bool) -> None:
        """Whether letters get out; nobody listens on port 1."""
        self._smtp_port = self._smtp_port or str(settings().smtp_port)
        self.monkeypatch.setenv("FSM_SMTP_PORT", self._smtp_port if is_up else "1")
        settings.cache_clear()

    def collect(self) -> None:
        """Fetch what Stripe has to tell since the last time; Stripe may be out of order."""
        with contextlib.suppress(httpx.HTTPError):
            query: dict[str, Any] = {"limit": 100}
            while True:
                if self._last_event:
                    query["ending_before"] = self._last_event
                page = self.stripe.get("/v1/events", **query)
                if not page["data"]:
                    return
                if not self._last_event and page["has_more"]:
                    raise AssertionError("more happened in one step than one page holds")
                self.waiting += page["data"][::-1]
                self._last_event = page["data"][0]["id"]

    def tell(self, events: Sequence[Event]) -> None:
        """Deliver these, signed, in this order."""
        deliver(*events)

    def payments(self) -> list[Payment]:
        """In the order in which they came in: ids sort by their birth."""
        with reading() as session:
            return list(session.exec(select(Payment).order_by(Payment.id)).all())  # type: ignore[arg-type]

    def restart(self) -> None:
        """The process ends and another begins: nothing is left but the database."""
        db.engine().dispose()
        db.engine.cache_clear()
        stripe_client.client.cache_clear()

    def balance_at_stripe(self) -> int:
        """Net of every balance transaction of the account, minor units."""
        net, query = 0, {"limit": 100}
        while True:
            page = self.stripe.get("/v1/balance_transactions", **query)
            net += sum(row["net"] for row in page["data"])
            if not page["has_more"]:
                return net
            query["starting_after"] = page["data"][-1]["id"]
