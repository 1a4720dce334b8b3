"""Things that happen by themselves: kept in the database, so a restart does not lose them."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from fsm_portal.sandbox import clock, idempotency
from fsm_portal.sandbox.call import Call

if TYPE_CHECKING:
    from fsm_portal.sandbox.sandbox import Sandbox

log = logging.getLogger("stripe-sandbox")

Task = Callable[[Call, str], None]
_LONGEST_SLEEP = 30.0


class Schedule:
    """``plan()`` inside a transaction; ``run()`` carries out what is due, one transaction each."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox
        self.tasks: dict[str, Task] = {}
        self._wake = asyncio.Event()
        self._tidy_at = 0

    def plan(self, task: str, account: str, subject: str, due: float) -> None:
        """Have ``task`` done to the object ``subject`` at ``due`` (seconds since the epoch)."""
        store = self.sandbox.store
        store.db.execute(
            "INSERT INTO schedule (due, task, account, subject) VALUES (?, ?, ?, ?)",
            (due, task, account, subject),
        )
        store.after_commit(self._wake.set)

    async def run(self) -> None:
        """For ever: do what is due, then sleep until something is."""
        while True:
            self._wake.clear()
            self.do_due()
            self._tidy()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._pause())

    def _tidy(self) -> None:
        if clock.now() >= self._tidy_at:
            idempotency.prune(self.sandbox.store)
            self._tidy_at = clock.now() + 3600

    def do_due(self) -> None:
        """Everything whose time has come."""
        db = self.sandbox.store.db
        while row := db.execute(
            "SELECT id, task, account, subject FROM schedule WHERE due <= ? ORDER BY due, id"
            " LIMIT 1",
            (clock.precise(),),
        ).fetchone():
            number, name, account, subject = row
            try:
                with self.sandbox.store.transaction():
                    db.execute("DELETE FROM schedule WHERE id = ?", (number,))
                    self.tasks[name](Call(self.sandbox, account), subject)
            except Exception:
                # Tried once: a task that fails would fail for ever and hold up the others.
                log.exception("The task %s on %s failed", name, subject)
                db.execute("DELETE FROM schedule WHERE id = ?", (number,))

    def _pause(self) -> float:
        due = self.sandbox.store.db.execute("SELECT min(due) FROM schedule").fetchone()[0]
        if due is None:
            return _LONGEST_SLEEP
        return float(min(max(due - clock.precise(), 0.0), _LONGEST_SLEEP))
