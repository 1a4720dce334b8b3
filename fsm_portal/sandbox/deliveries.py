"""Webhooks on their way: signed, retried with growing pauses for three days, kept over restarts.

Source: docs.stripe.com/webhooks (signatures, retries).
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass

import httpx

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.faults import Fault, Faults
from fsm_portal.sandbox.record import Record
from fsm_portal.sandbox.store import Json, Row, Store

AT_ONCE = 16
PATIENCE = 10.0
GIVE_UP_AFTER = 3 * 24 * 3600
# Pauses after the first failures; then every three hours. Stripe's own first retries are slower.
_PAUSES = (1, 3, 10, 60, 300, 1800, 3600)
_LAST_PAUSE = 3 * 3600
_LONGEST_SLEEP = 30.0
_DOWN_SLEEP = 0.25
_LONGEST_ANSWER = 64 * 1024

log = logging.getLogger("stripe-sandbox")


def signature(secret: str, payload: bytes, moment: int) -> str:
    """The ``Stripe-Signature`` header: HMAC-SHA256 over the time, a dot and the body."""
    signed = f"{moment}.".encode() + payload
    return f"t={moment},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


@dataclass(frozen=True)
class _Due:
    id: int
    event: str
    account: str
    endpoint: str
    created: int
    attempts: int


class Deliveries:
    """``queue()`` inside the transaction that makes the event; ``run()`` sends."""

    def __init__(self, store: Store, platform: str, faults: Faults, record: Record) -> None:
        self.store = store
        self.record = record
        self.faults = faults
        self.platform = platform
        self._wake = asyncio.Event()
        self._under_way: set[int] = set()

    def endpoints(self, account: str, event_type: str) -> list[Row]:
        """Those that want this event: the platform's, and the account's own."""
        wanted = []
        for row in self.store.rows(None, "webhook_endpoint"):
            if row.body["status"] != "enabled":
                continue
            chosen = row.body["enabled_events"]
            if "*" not in chosen and event_type not in chosen:
                continue
            connected = account != self.platform
            by_platform = row.account == self.platform and row.hidden["connect"] == connected
            if by_platform or (connected and row.account == account):
                wanted.append(row)
        return wanted

    def queue(
        self, account: str, event_id: str, targets: list[Row], type: str | None = None
    ) -> None:
        """Send this event to these endpoints as soon as it is committed.

        With its ``type`` faults may strike it on its way; without it is sent as it is.
        """
        for row in targets:
            struck = self.faults.on_event(account, type) if type else []
            for late, state, problem in _ways(struck):
                self.store.db.execute(
                    "INSERT INTO deliveries"
                    " (event, account, endpoint, created, due, state, problem)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        event_id,
                        account,
                        row.id,
                        clock.now(),
                        clock.precise() + late,
                        state,
                        problem,
                    ),
                )
        if targets:
            self.store.after_commit(self._wake.set)

    def wake(self) -> None:
        """Look again what is due: the clock was moved."""
        self._wake.set()

    def waiting(self, event_id: str) -> int:
        """How many endpoints have not yet answered 2xx (``pending_webhooks``)."""
        count = self.store.db.execute(
            "SELECT count(*) FROM deliveries WHERE event = ? AND state = 'pending'", (event_id,)
        ).fetchone()[0]
        return int(count)

    async def run(self) -> None:
        """For ever: send what is due, several at once. A start tries everything pending anew."""
        self.store.db.execute(
            "UPDATE deliveries SET due = min(due, ?) WHERE state = 'pending'", (clock.precise(),)
        )
        # Idle connections are let go before common servers (5 s) close them under our hands.
        limits = httpx.Limits(max_connections=AT_ONCE, keepalive_expiry=2)
        # No proxies from the environment: what goes out goes where it was told to.
        async with (
            httpx.AsyncClient(timeout=PATIENCE, limits=limits, trust_env=False) as client,
            asyncio.TaskGroup() as tasks,
        ):
            while True:
                self._wake.clear()
                for due in self._due():
                    self._under_way.add(due.id)
                    tasks.create_task(self._deliver(client, due))
                # Not wait_for: on Python 3.11 it loses a cancellation that comes together with what
                # is waited for, and the process would not end.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._pause()):
                        await self._wake.wait()

    def _due(self) -> list[_Due]:
        free = AT_ONCE - len(self._under_way)
        if free <= 0 or self.faults.down:
            return []
        rows = self.store.db.execute(
            "SELECT id, event, account, endpoint, created, attempts FROM deliveries"
            " WHERE state = 'pending' AND due <= ? ORDER BY due, id LIMIT ?",
            (clock.precise(), free + len(self._under_way)),
        ).fetchall()
        due = [_Due(*row) for row in rows]
        return [each for each in due if each.id not in self._under_way][:free]

    def _pause(self) -> float:
        if self.faults.down:
            return _DOWN_SLEEP
        if len(self._under_way) >= AT_ONCE:
            return _LONGEST_SLEEP
        dues = self.store.db.execute(
            "SELECT id, due FROM deliveries WHERE state = 'pending' ORDER BY due LIMIT ?",
            (len(self._under_way) + 1,),
        ).fetchall()
        nearest = min((due for number, due in dues if number not in self._under_way), default=None)
        if nearest is None:
            return _LONGEST_SLEEP
        return float(min(max(nearest - clock.precise(), 0.0), _LONGEST_SLEEP))

    async def _deliver(self, client: httpx.AsyncClient, due: _Due) -> None:
        status: int | None = None
        problem: str | None = None
        gone = False
        try:
            endpoint = self.store.anywhere("webhook_endpoint", due.endpoint)
            event = self.store.row(due.account, "event", due.event)
            if endpoint is None or event is None or endpoint.body["status"] == "disabled":
                gone = True
                return
            told = _told(event.body, endpoint, self.platform)
            if not due.attempts:
                self.record.event(told)
            payload = json.dumps(told, indent=2, ensure_ascii=False).encode()
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
                "Stripe-Signature": signature(endpoint.hidden["secret"], payload, clock.real()),
            }
            url = endpoint.body["url"]
            async with (
                asyncio.timeout(PATIENCE),
                client.stream("POST", url, content=payload, headers=headers) as response,
            ):
                status = response.status_code
                await _skip(response)
        except Exception as failure:
            problem = type(failure).__name__
            if not isinstance(failure, httpx.HTTPError | TimeoutError | OSError):
                log.exception("A webhook could not be sent to %s", due.endpoint)
        finally:
            self._note(due, status, problem, gone)
            self._under_way.discard(due.id)
            self._wake.set()

    def _note(self, due: _Due, status: int | None, problem: str | None, gone: bool) -> None:
        attempts = due.attempts + 1
        state = "pending"
        pause = _PAUSES[due.attempts] if due.attempts < len(_PAUSES) else _LAST_PAUSE
        if status is not None and 200 <= status < 300:
            state = "delivered"
        elif gone or clock.now() + pause > due.created + GIVE_UP_AFTER:
            state = "failed"
        elif status is None and problem is None:
            # Stopped in the middle: nobody knows whether it arrived, so it is sent again.
            attempts, pause = due.attempts, 0
        self.store.db.execute(
            "UPDATE deliveries SET attempts = ?, state = ?, status = ?, problem = ?, due = ?"
            " WHERE id = ?",
            (attempts, state, status, problem, clock.precise() + pause, due.id),
        )


def _ways(struck: list[Fault]) -> list[tuple[float, str, str | None]]:
    """How one delivery goes out: seconds late, state, problem; several when it is duplicated."""
    late, copies = 0.0, []
    for fault in struck:
        if fault.kind == "drop":
            return [(0.0, "failed", "dropped on purpose")]
        if fault.kind == "delay":
            late += fault.seconds
        elif fault.kind == "reorder":
            late += fault.chance().uniform(0, fault.seconds)
        elif fault.kind == "duplicate":
            chance = fault.chance()
            copies += [chance.uniform(0, fault.seconds) for _ in range(fault.copies)]
    return [(late + more, "pending", None) for more in (0.0, *copies)]


async def _skip(response: httpx.Response) -> None:
    """Read a short answer to its end, so that the connection can serve the next delivery."""
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > _LONGEST_ANSWER:
            return


def _told(event: Json, endpoint: Row, platform: str) -> Json:
    """The event as this endpoint gets it. An account's own is not told the account."""
    if endpoint.account == platform:
        return event
    return {name: value for name, value in event.items() if name != "account"}
