"""Things that happen by themselves: kept in the database, so a restart does not lose them."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection
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

    def plan_once(self, task: str, account: str, subject: str, due: float) -> None:
        """As ``plan``, unless the very same is planned already."""
        if not self.sandbox.store.db.execute(
            "SELECT 1 FROM schedule WHERE task = ? AND account = ? AND subject = ? AND due = ?",
            (task, account, subject, due),
        ).fetchone():
            self.plan(task, account, subject, due)

    async def run(self) -> None:
        """For ever: do what is due, then sleep until something is."""
        while True:
            self._wake.clear()
            self.do_due()
            self._tidy()
            # Not wait_for: on Python 3.11 it loses a cancellation that comes together with what
            # is waited for, and the process would not end.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()

    def advance(self, until: float) -> None:
        """Move the clock to ``until`` (seconds since the epoch), stopping at everything due.

        What happens on the way happens at its own time, so a month shows thirty days.
        """
        self.do_due()
        while row := self._next(until):
            self._set_clock(row[0])
            self._carry_out(*row[1:])
        self._set_clock(until)
        self._wake.set()
        self.sandbox.deliveries.wake()

    def _set_clock(self, moment: float) -> None:
        clock.set_ahead(max(clock.ahead(), clock.ahead() + moment - clock.precise()))
        # At every stop: what has happened by then must not lie ahead after a crash.
        self.sandbox.store.set_state("clock_ahead", clock.ahead())

    def hurry(self, account: str, tasks: Collection[str]) -> int:
        """Do what is planned for the account under these names now; how many there were."""
        planned = self.sandbox.store.db.execute(
            "SELECT id, task, account, subject FROM schedule WHERE account = ? ORDER BY due, id",
            (account,),
        ).fetchall()
        wanted = [row for row in planned if row[1] in tasks]
        for row in wanted:
            self._carry_out(*row)
        return len(wanted)

    def _tidy(self) -> None:
        if clock.now() >= self._tidy_at:
            idempotency.prune(self.sandbox.store)
            self._tidy_at = clock.now() + 3600

    def do_due(self) -> None:
        """Everything whose time has come."""
        while row := self._next(clock.precise()):
            self._carry_out(*row[1:])

    def _next(self, until: float) -> tuple[float, int, str, str, str] | None:
        found: tuple[float, int, str, str, str] | None = self.sandbox.store.db.execute(
            "SELECT due, id, task, account, subject FROM schedule WHERE due <= ?"
            " ORDER BY due, id LIMIT 1",
            (until,),
        ).fetchone()
        return found

    def _carry_out(self, number: int, name: str, account: str, subject: str) -> None:
        db = self.sandbox.store.db
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
