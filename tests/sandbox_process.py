"""The Stripe sandbox as a process beside the tests, and a hand that pays on its hosted page."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
SECRET_KEY = "sk_test_bright"
GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
# For plain HTTP on this machine: reading everybody's certificates takes longer than asking.
PLAIN: Any = {"trust_env": False, "verify": False}

Json = dict[str, Any]


@dataclass(frozen=True)
class Webhooks:
    """Where a sandbox sends its events, and what it signs them with. None: nowhere."""

    platform_url: str | None = None
    platform_secret: str = "whsec_platform"
    connect_url: str | None = None
    connect_secret: str = "whsec_connect"

    def flags(self) -> list[str]:
        """The same as flags of the command."""
        flags = []
        if self.platform_url:
            flags += ["--webhook-platform", self.platform_url]
            flags += ["--webhook-platform-secret", self.platform_secret]
        if self.connect_url:
            flags += ["--webhook-connect", self.connect_url]
            flags += ["--webhook-connect-secret", self.connect_secret]
        return flags


@dataclass
class SandboxProcess:
    """A running sandbox. ``base_url`` is what the SDK's base addresses are set to.

    ``log`` is the end of what it wrote. It is read all the time: a process whose output nobody
    takes stands still once the pipe is full.
    """

    base_url: str
    process: subprocess.Popen[str]
    log: deque[str] = field(default_factory=lambda: deque(maxlen=1000))

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        # None: somebody else's process, of which only the address is known.
        if self.process and self.process.stdout:
            self.log.extend(self.process.stdout)

    def stop(self, *, kill: bool = False) -> None:
        """End it: politely, or as a crash would (``kill``)."""
        if self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        # Its output ends with it.
        self._reader.join(10)
        if self.process.stdout:
            self.process.stdout.close()

    def make_account(
        self,
        account_id: str,
        name: str,
        *,
        country: str = "US",
        default_currency: str = "usd",
    ) -> str:
        """A connected account under a chosen id, ready to charge; returns the id."""
        self.ask(
            "POST",
            "/sandbox/accounts",
            id=account_id,
            name=name,
            country=country,
            default_currency=default_currency,
        )
        return account_id

    def set_latency(self, milliseconds: int) -> None:
        """Have every API request take so long from now on."""
        self.ask("POST", "/sandbox/latency", milliseconds=milliseconds)

    def refund(self, account: str, charge: str, amount: int | None = None, **params: Any) -> Json:
        """Refund a charge as from Stripe's own dashboard; None: all that is left."""
        return self.ask(
            "POST", "/sandbox/refunds", account=account, charge=charge, amount=amount, **params
        )

    def settle_refund(self, refund: str, status: str) -> Json:
        """What became of a refund: ``succeeded``, ``failed`` or ``canceled``."""
        return self.ask("POST", "/sandbox/refunds", refund=refund, status=status)

    def open_dispute(self, charge: str, **params: Any) -> Json:
        """The cardholder's bank disputes a charge (``amount``, ``reason``, ``inquiry``)."""
        return self.ask("POST", "/sandbox/disputes", charge=charge, **params)

    def decide_dispute(self, dispute: str, outcome: str) -> Json:
        """The bank decides: ``won``, ``lost``, ``partially_won``.

        Of an inquiry ``escalated`` (for what is left) or ``escalated_in_full``.
        """
        return self.ask("POST", "/sandbox/disputes", dispute=dispute, outcome=outcome)

    def pay_out(self, account: str) -> Json:
        """Pay out now what the account has available; its list of payouts."""
        return self.ask("POST", "/sandbox/payouts", account=account)

    def settle_payout(self, payout: str, status: str) -> Json:
        """What became of a payout: ``paid`` or ``failed``."""
        return self.ask("POST", "/sandbox/payouts", payout=payout, status=status)

    def advance(self, seconds: int) -> int:
        """Move the clock forward; what is due on the way has happened. Returns the moment."""
        return int(self.ask("POST", "/sandbox/clock", advance=seconds)["now"])

    def now(self) -> int:
        """What time it is in the sandbox, in seconds since the Unix epoch."""
        return int(self.ask("GET", "/sandbox/clock")["now"])

    def hurry(self, account: str, *what: str) -> int:
        """What this account waits for happens now, the clock stays; how many things there were.

        ``what``: fees, refunds, bank_debits, disputes, payouts, sessions; all but sessions if none.
        """
        return int(self.ask("POST", "/sandbox/hurry", account=account, what=list(what))["done"])

    def disconnect(self, account: str) -> None:
        """The company takes the platform's access away (``account.application.deauthorized``)."""
        self.ask("POST", "/sandbox/disconnect", account=account)

    def fault(self, kind: str, **params: Any) -> Json:
        """Break something on purpose: duplicate, reorder, delay, drop, lose_response, error_429,
        error_500, timeout, down; with ``rate``, ``times``, ``for_seconds``, ``seed``, ``account``,
        ``types`` (of events), ``path``, ``seconds``, ``copies``, ``remembered``.
        """
        if "for_seconds" in params:
            params["for"] = params.pop("for_seconds")
        return self.ask("POST", "/sandbox/faults", kind=kind, **params)

    def faults(self) -> list[Json]:
        """What is broken, and how often each fault has struck (``hit``)."""
        return list(self.ask("GET", "/sandbox/faults")["data"])

    def heal(self, fault: int | None = None) -> None:
        """Take one fault away, or all."""
        self.ask("DELETE", f"/sandbox/faults{'' if fault is None else f'?id={fault}'}")

    def replay(self, count: int = 10, **params: Any) -> list[str]:
        """Send old events once more (of an ``account``, of ``types``, by a ``seed``); their ids."""
        return list(self.ask("POST", "/sandbox/replay", count=count, **params)["replayed"])

    def ask(self, method: str, path: str, /, **params: Any) -> Json:
        """One request to the sandbox's own endpoints. Raises httpx.HTTPStatusError if refused."""
        answer = httpx.request(
            method,
            f"{self.base_url}{path}",
            json=params if method == "POST" else None,
            headers={"Authorization": f"Bearer {SECRET_KEY}"},
            timeout=60,
            **PLAIN,
        )
        answer.raise_for_status()
        said: Json = answer.json()
        return said


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_sandbox(
    data_dir: Path,
    webhooks: Webhooks | None = None,
    *,
    port: int | None = None,
    settle_delay: float = 0.05,
    async_delay: float = 3600,
) -> SandboxProcess:
    """Start a sandbox on ``data_dir`` and wait until it answers. Raises RuntimeError if it cannot.

    ``settle_delay`` is how many seconds after a payment its fees (``charge.updated``) follow;
    ``async_delay`` until what takes days in life has happened: by default only ``hurry`` or
    ``advance`` bring it about.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "fsm_portal.sandbox", "--port", str(port)]
    command += ["--data", str(data_dir), "--settle-delay", str(settle_delay)]
    command += ["--async-delay", str(async_delay)]
    command += (webhooks or Webhooks()).flags()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        if "ready" in line:
            break
        said += line
    else:
        raise RuntimeError(f"The sandbox did not start: {said}")
    return SandboxProcess(f"http://127.0.0.1:{port}", process)


@dataclass(frozen=True)
class PageAnswer:
    """What the hosted page answered: where it leads on, or what it complains about by field."""

    status: int
    redirect: str | None
    errors: dict[str, str]

    @property
    def paid(self) -> bool:
        """Whether the page leads away to the seller's success page."""
        return self.redirect is not None and not self.redirect.startswith("/c/pay/")


def pay_by_bank(
    session_url: str,
    account: str = "000123456789",
    *,
    email: str = "dana@harborview.example",
    name: str = "Dana Reyes",
) -> PageAnswer:
    """Press Pay with a bank account: an IBAN, or a number at the routing number 110000000."""
    iban = account[:2].isalpha()
    way = {"iban": account} if iban else {"routingNumber": "110000000", "accountNumber": account}
    return _press_pay(
        session_url,
        {
            "method": "sepa_debit" if iban else "us_bank_account",
            "email": email,
            "billingName": name,
            "billingCountry": account[:2] if iban else "US",
            **way,
        },
    )


def pay(
    session_url: str,
    card: str = GOOD_CARD,
    *,
    email: str = "dana@harborview.example",
    name: str = "Dana Reyes",
    expiry: str | None = None,
    cvc: str | None = None,
    save: bool = False,
) -> PageAnswer:
    """Fill in the hosted page's form and press Pay, as the page's own script does.

    ``save`` ticks the box that keeps the card for next time.
    """
    american = card.replace(" ", "").startswith(("34", "37"))
    return _press_pay(
        session_url,
        {
            "method": "card",
            "email": email,
            "cardNumber": card,
            "cardExpiry": expiry or f"12 / {(time.gmtime().tm_year + 3) % 100}",
            "cardCvc": cvc or ("1234" if american else "123"),
            "billingName": name,
            "billingCountry": "US",
            "billingPostalCode": "10001",
            **({"saveCard": "on"} if save else {}),
        },
    )


def pay_saved(session_url: str, payment_method: str) -> PageAnswer:
    """Press Pay with a card that the customer has saved (its ``pm_`` id)."""
    return _press_pay(session_url, {"method": payment_method})


def _press_pay(session_url: str, fields: dict[str, str]) -> PageAnswer:
    answer = httpx.post(session_url, data=fields, headers={"Accept": "application/json"}, **PLAIN)
    if "json" not in answer.headers["content-type"]:
        return PageAnswer(answer.status_code, None, {})
    said = answer.json()
    return PageAnswer(answer.status_code, said.get("redirect"), said.get("errors", {}))
