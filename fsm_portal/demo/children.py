"""The processes that a demo consists of: started together, stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.error import HTTPError
from urllib.request import urlopen

_PATIENCE_SECONDS = 60.0
_TAIL_LINES = 20


class ChildStopped(Exception):
    """One line on who stopped, then the end of its log."""


@dataclass
class Child:
    """``name`` as people know it; ``ready`` is an address that answers once it works.

    Without such an address it is expected to finish by itself.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None
    ready: str

    def check(self) -> None:
        """Raises ChildStopped when it no longer runs."""
        status = self.process.poll()
        if status is None or (status == 0 and not self.ready):
            return
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        lines = [f"{self.name} stopped ({how})."]
        if self.log is not None:
            end = self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
            lines += [f"The end of {os.path.relpath(self.log)}:", *(f"    {line}" for line in end)]
        raise ChildStopped("\n".join(lines))

    def answers(self) -> bool:
        try:
            with urlopen(self.ready, timeout=2):
                return True
        except HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    def stop(self, with_signal: int) -> None:
        """To the whole group, so that nothing which the child started stays behind."""
        try:
            os.killpg(self.process.pid, with_signal)
        except (ProcessLookupError, PermissionError):
            return


class Children:
    """Use as a context: whatever ends it, nobody stays behind."""

    def __init__(self) -> None:
        self._all: list[Child] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(
        self,
        name: str,
        arguments: Sequence[str],
        ready: str,
        log: Path | None = None,
    ) -> Child:
        """Starts ``python -m arguments``. Without ``log`` it writes to the terminal."""
        output = None if log is None else log.open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=Path(__file__).resolve().parent.parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if log is None else subprocess.STDOUT,
            # Ctrl-C goes to us alone; we stop the others in order.
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        if output is not None:
            output.close()
        child = Child(name, process, log, ready)
        self._all.append(child)
        return child

    def check(self) -> None:
        """Raises ChildStopped when one of them no longer runs."""
        for child in self._all:
            child.check()

    def wait_for(self, children: Sequence[Child], patience: float = _PATIENCE_SECONDS) -> None:
        """Returns when all ``children`` answer. Raises ChildStopped, or after ``patience``."""
        deadline = time.monotonic() + patience
        waiting = list(children)
        while waiting:
            self.check()
            waiting = [child for child in waiting if not child.answers()]
            if waiting and time.monotonic() > deadline:
                raise ChildStopped(f"{waiting[0].name} does not answer on {waiting[0].ready}.")
            time.sleep(0.05)

    def finish(self, child: Child) -> None:
        """Returns when ``child`` has done its work. Raises ChildStopped if any of them fails."""
        while child.process.poll() is None:
            self.check()
            time.sleep(0.05)
        child.check()

    def watch(self) -> NoReturn:
        """Stays until one of them stops; then raises ChildStopped."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self, patience: float = 6.0) -> None:
        """The last started first. Who does not stop in time is killed."""
        for child in reversed(self._all):
            child.stop(signal.SIGTERM)
        deadline = time.monotonic() + patience
        for child in reversed(self._all):
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            child.stop(signal.SIGKILL)
            child.process.wait()
        self._all.clear()


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Runs in the new process: should we be killed without a chance to stop it, it ends too."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
