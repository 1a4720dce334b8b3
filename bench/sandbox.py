"""The Stripe sandbox: creating a Checkout Session, and its memory over many payments.

Both servers are processes of their own on loopback, asked turn by turn over kept connections, so
that a busy machine slows both; medians are compared.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.row import Row

ROOT = Path(__file__).parent.parent
KEY = {"Authorization": "Bearer sk_test_bench", "Stripe-Account": "acct_brightheating"}
TURNS, WARM_UP = 400, 50
PAYMENTS = int(os.environ.get("BENCH_PAYMENTS", "10000"))
GOAL = 3.0
WANTED = {
    "mode": "payment",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "169765",
    "line_items[0][price_data][product_data][name]": "Invoice INV-0042",
    "payment_intent_data[application_fee_amount]": "2546",
    "payment_intent_data[metadata][attempt]": "a1",
    "success_url": "http://127.0.0.1:9/paid",
}
CARD = {
    "method": "card", "email": "dana@harborview.example", "cardNumber": "4242424242424242",
    "cardExpiry": "12 / 40", "cardCvc": "123", "billingName": "Dana Reyes", "billingCountry": "US",
}  # fmt: skip


def run() -> list[Row]:
    """Two rows; the second takes some minutes (BENCH_PAYMENTS: how many payments)."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        sandbox = ["fsm_portal.sandbox", "--port", "{port}", "--data", str(directory / "sandbox")]
        bare = ["bench.bare_insert", "{port}", str(directory / "bare.sqlite3")]
        with _served(sandbox) as ours, _served(bare) as theirs:
            ours.client.post(
                "/sandbox/accounts",
                data={"id": "acct_brightheating", "name": "Bright Heating Co."},
            ).raise_for_status()
            return [_create(ours.client, theirs.client), _memory(ours)]


class Served:
    """A server under measurement."""

    def __init__(self, process: subprocess.Popen[str], client: httpx.Client) -> None:
        self.process = process
        self.client = client

    def megabytes(self) -> float:
        """Its resident memory."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("The kernel does not tell the memory of processes")


@contextmanager
def _served(module: list[str]) -> Iterator[Served]:
    with httpx.Client(trust_env=False) as probe:
        port = _free_port()
        command = [sys.executable, "-m", *(part.format(port=port) for part in module)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            process.stdout.readline()
            base = f"http://127.0.0.1:{port}"
            until = time.monotonic() + 20
            while True:
                try:
                    probe.get(base)
                    break
                except httpx.TransportError:
                    assert time.monotonic() < until, "A server did not start"
                    time.sleep(0.05)
            with httpx.Client(base_url=base, headers=KEY, trust_env=False, timeout=30) as client:
                yield Served(process, client)
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _create(ours: httpx.Client, theirs: httpx.Client) -> Row:
    taken: dict[str, list[float]] = {"ours": [], "theirs": []}
    for turn in range(TURNS + WARM_UP):
        key = {"Idempotency-Key": f"attempt-{turn}"}
        for name, client, path in (
            ("ours", ours, "/v1/checkout/sessions"),
            ("theirs", theirs, "/"),
        ):
            begun = time.perf_counter()
            client.post(path, data=WANTED, headers=key).raise_for_status()
            if turn >= WARM_UP:
                taken[name].append(time.perf_counter() - begun)
    mine, bare = (statistics.median(taken[name]) * 1000 for name in ("ours", "theirs"))
    return Row(
        "Checkout Session create, median; a bare Starlette + SQLite insert",
        f"{mine:.2f} ms",
        f"{bare:.2f} ms",
        mine / bare,
        GOAL,
    )


def _memory(served: Served) -> Row:
    """Resident memory after a tenth of the payments, and after all of them."""
    early = 0.0
    for number in range(1, PAYMENTS + 1):
        made = served.client.post("/v1/checkout/sessions", data=WANTED).json()
        paid = served.client.post(
            f"/c/pay/{made['id']}", data=CARD, headers={"Accept": "application/json"}
        )
        assert paid.json().get("redirect"), paid.text
        if number == max(1, PAYMENTS // 10):
            early = served.megabytes()
    late = served.megabytes()
    return Row(
        f"memory after {PAYMENTS:,} payments; after {max(1, PAYMENTS // 10):,}",
        f"{late:.0f} MB",
        f"{early:.0f} MB",
        late / early,
        1.1,
    )
