"""A sweep that catches up on 10,000 missed events, beside the bare SDK that only lists them.

Both read the same pages of the same sandbox, turn by turn. Ours then takes each event in and
records what it tells: 2,000 payments, with their entries and receipts.
"""

import json
import os
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.memory import peak
from bench.paid_checkouts import EVENTS, deliveries_of, open_checkouts
from bench.portal_on import portal_on
from bench.row import Row
from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.proving import prove
from fsm_portal.flows.sweeping import accounts_to_sweep
from fsm_portal.flows.sweeping.events import catch_up
from fsm_portal.gateways import stripe_client
from tests.cast import BRIGHT_HEATING_ACCOUNT
from tests.sandbox_process import SECRET_KEY, SandboxProcess, start_sandbox

PAYMENTS = 2_000
GOAL, GOAL_KNOWN = 0.15, 0.5


def run() -> list[Row]:
    """Two minutes."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        with portal_on(folder / "portal.sqlite3"):
            metadata.create_all(db.engine())
            attempts = open_checkouts(PAYMENTS)
            sandbox = start_sandbox(folder / "stripe")
            try:
                sandbox.make_account(BRIGHT_HEATING_ACCOUNT, "Bright Heating Co.")
                happened(folder / "stripe", attempts)
                return _sweep(sandbox, folder)
            finally:
                sandbox.stop()


def happened(stripe: Path, attempts: list[CheckoutAttempt]) -> None:
    """Put the events of these payments into the sandbox's memory, as if it had told nobody."""
    (memory,) = stripe.glob("*.sqlite3")
    bodies = [json.loads(told.body) for attempt in attempts for told in deliveries_of(attempt)]
    with sqlite3.connect(memory, timeout=15) as store:
        store.executemany(
            "INSERT INTO objects (account, kind, id, created, body) VALUES (?, 'event', ?, ?, ?)",
            [(each["account"], each["id"], each["created"], json.dumps(each)) for each in bodies],
        )
    store.close()


def _sweep(sandbox: SandboxProcess, folder: Path) -> list[Row]:
    os.environ["FSM_STRIPE_SECRET_KEY"] = SECRET_KEY
    os.environ["FSM_STRIPE_API_BASE"] = sandbox.base_url
    for cached in (settings, stripe_client.client):
        cached.cache_clear()
    since = datetime.now(UTC) - timedelta(days=1)
    (account,) = accounts_to_sweep()
    listed = _bare(account.id, since)  # the first time is slower for whoever comes first
    bare, ours, again = [], 0.0, 0.0
    for turn in range(3):
        began = time.perf_counter()
        assert _bare(account.id, since) == listed == PAYMENTS * EVENTS
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        before = peak()
        seen, new, _ = catch_up(account, since)
        took = time.perf_counter() - began
        assert (seen, new) == (listed, listed if turn == 0 else 0)
        if turn == 0:
            ours, memory = took, peak() - before
        else:
            again = took
    assert prove().holds
    alone = sorted(bare)[1]
    return [
        Row(
            f"sweep: {listed:,} missed events taken in",
            f"{ours:.1f} s",
            f"{alone:.1f} s",
            alone / ours,
            GOAL,
        ),
        Row(
            f"sweep: {listed:,} events that are known",
            f"{again:.1f} s",
            f"{alone:.1f} s",
            alone / again,
            GOAL_KNOWN,
        ),
        Row("sweep: memory beyond what was in use", f"{memory:.0f} MB", "", None, None),
    ]


def _bare(account: str, since: datetime) -> int:
    """How many events Stripe's own library lists, page by page."""
    wanted = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    page = stripe_client.client().v1.events.list(wanted, {"stripe_account": account})
    return sum(1 for _ in page.auto_paging_iter())


if __name__ == "__main__":
    for row in run():
        ratio = "" if row.ratio is None else f"{row.ratio:6.2f}"
        print(f"{row.name:55} {row.ours:>10} {row.baseline:>10} {ratio}")
