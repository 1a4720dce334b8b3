"""Faults on purpose: what networks and vendors do to those who rely on them, seeded.

The same faults with the same seed hit the same requests and events of the same run.
"""

import json
import random
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.store import Json, Store

# kind -> what a person reads about it
WEBHOOK_KINDS = {
    "duplicate": "send each event more than once",
    "reorder": "send events out of order",
    "delay": "send events late",
    "drop": "never send the event",
}
REQUEST_KINDS = {
    "lose_response": "do the work, then lose the answer",
    "error_429": "answer 429, too many requests",
    "error_500": "answer 500",
    "timeout": "never answer",
    "down": "be away: no answers, no pages, no webhooks",
}
KINDS = {**WEBHOOK_KINDS, **REQUEST_KINDS}


@dataclass
class Fault:
    """One rule. ``rate`` of what it concerns is hit, at most ``times`` times, until ``until``.

    ``seconds``: how late, how far apart, how long before the connection is cut. ``remembered``: a
    500 that the idempotency key keeps, as Stripe keeps those of work that had begun.
    """

    id: int
    kind: str
    rate: float = 1.0
    times: int | None = None
    until: float | None = None
    seed: int = 1
    account: str | None = None
    types: list[str] = field(default_factory=list)
    path: str | None = None
    seconds: float = 1.0
    copies: int = 1
    remembered: bool = False
    drawn: int = 0
    hit: int = 0

    @property
    def over(self) -> bool:
        """It will not hit anything any more."""
        spent = self.times is not None and self.hit >= self.times
        return spent or (self.until is not None and self.until <= clock.precise())

    def chance(self) -> random.Random:
        """The dice of the present draw."""
        return random.Random(f"{self.seed}:{self.kind}:{self.drawn}")

    def strikes(self) -> bool:
        """Throw the dice once."""
        self.drawn += 1
        if self.chance().random() >= self.rate:
            return False
        self.hit += 1
        return True

    def concerns(self, account: str) -> bool:
        """Whether it is about this account at all."""
        return self.account in (None, account)

    def shown(self) -> Json:
        """As the control endpoint tells it."""
        return {"object": "sandbox.fault", **asdict(self), "over": self.over}


class Faults:
    """All of them, kept over restarts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        kept = store.db.execute("SELECT id, body FROM faults ORDER BY id").fetchall()
        self._all = [Fault(number, **json.loads(body)) for number, body in kept]

    def add(self, **wanted: object) -> Fault:
        """A new rule, after those that are there."""
        number = max((fault.id for fault in self._all), default=0) + 1
        fault = Fault(number, **wanted)  # type: ignore[arg-type]
        self._all.append(fault)
        self._save(fault)
        return fault

    def heal(self, number: int | None = None) -> int:
        """Take one away, or all; how many that were."""
        gone = [fault for fault in self._all if number in (None, fault.id)]
        self._all = [fault for fault in self._all if fault not in gone]
        for fault in gone:
            self._store.db.execute("DELETE FROM faults WHERE id = ?", (fault.id,))
        return len(gone)

    def all(self) -> list[Fault]:
        """Those that are set, spent ones too."""
        return list(self._all)

    @property
    def down(self) -> bool:
        """Nobody is at home."""
        return any(fault.kind == "down" and not fault.over for fault in self._all)

    def on_request(self, account: str, path: str) -> Fault | None:
        """The first rule that strikes this API request."""
        for fault in self._all:
            if fault.kind not in REQUEST_KINDS or fault.kind == "down" or fault.over:
                continue
            about = fault.path is None or fnmatchcase(path, fault.path)
            if about and fault.concerns(account) and self._strikes(fault):
                return fault
        return None

    def on_event(self, account: str, type: str) -> list[Fault]:
        """All rules that strike this event on its way to one endpoint."""
        return [
            fault
            for fault in self._all
            if fault.kind in WEBHOOK_KINDS
            and not fault.over
            and fault.concerns(account)
            and (not fault.types or any(fnmatchcase(type, each) for each in fault.types))
            and self._strikes(fault)
        ]

    def _strikes(self, fault: Fault) -> bool:
        struck = fault.strikes()
        self._save(fault)
        return struck

    def _save(self, fault: Fault) -> None:
        body = asdict(fault)
        del body["id"]
        self._store.db.execute(
            "INSERT OR REPLACE INTO faults VALUES (?, ?)", (fault.id, json.dumps(body))
        )
