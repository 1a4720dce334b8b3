"""The whole run held against Stripe's description: hooks of pytest.

Every sandbox that a test starts, however and wherever, writes down its exchanges and events
(``STRIPE_SANDBOX_RECORD``). When the last test is done all of it is judged, once, and the run fails
if anything is not as described.
"""

import os
import shutil
import tempfile
import textwrap
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.contract import Contract, new_contract

VARIABLE = "STRIPE_SANDBOX_RECORD"
_FOLDER = pytest.StashKey[Path]()
_SHOWN = 20
_verdict: "Verdict | None" = None


@dataclass
class Verdict:
    """What was recorded and what is wrong with it; ``judge`` is None where nobody could judge."""

    lines: int = 0
    faults: list[str] = field(default_factory=list)
    judge: Contract | None = None
    seconds: float = 0.0

    def report(self) -> list[str]:
        """For the end of the run; nothing if no sandbox was asked anything."""
        if not self.lines:
            return []
        if self.judge is None:
            skipped = f"{self.lines:,} exchanges and events with the sandbox were not judged"
            return [f"Skipped: Stripe's description (../shared/stripe) is not here; {skipped}"]
        report = [f"Contract: {self.judge.summary()}, in {self.seconds:.1f} s"]
        report += _listed("Endpoints", self.judge.responses)
        if self.judge.beyond:
            report += _listed(
                "Not in the description (v2 is held against the SDK's classes)", self.judge.beyond
            )
        if self.faults:
            report.append(f"NOT as Stripe describes it: {len(self.faults)}")
            report += self.faults[:_SHOWN]
        return report


def _listed(title: str, counts: Counter[str]) -> list[str]:
    """``GET /v1/balance 3``, never broken in two."""
    by_path = sorted(counts.items(), key=lambda item: item[0].split(" ")[::-1])
    entries = ", ".join(f"{name} {n}".replace(" ", "\a") for name, n in by_path)
    wrapped = textwrap.wrap(f"{title}: {entries}", 98, break_on_hyphens=False)
    return [line.replace("\a", " ") for line in wrapped]


def verdict(folder: Path) -> Verdict:
    """Judge all that was recorded in ``folder``."""
    begun = time.perf_counter()
    found = Verdict(judge=new_contract())
    for path in sorted(folder.glob("*.jsonl")):
        # A last line without its end was being written when the sandbox was killed: that answer
        # was never sent.
        for line in path.read_text().split("\n")[:-1]:
            found.lines += 1
            if found.judge is not None:
                found.faults += found.judge.record_faults(line)
    found.seconds = time.perf_counter() - begun
    return found


def pytest_configure(config: pytest.Config) -> None:
    """Workers that run tests side by side inherit the folder of the one who started them."""
    if not hasattr(config, "workerinput"):
        config.stash[_FOLDER] = Path(tempfile.mkdtemp(prefix="sandbox-record-"))
        os.environ[VARIABLE] = str(config.stash[_FOLDER])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the run if anything that was recorded is not as described."""
    folder = session.config.stash.get(_FOLDER, None)
    if folder is None:
        return
    global _verdict
    _verdict = verdict(folder)
    if _verdict.faults and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing is left behind."""
    if folder := config.stash.get(_FOLDER, None):
        os.environ.pop(VARIABLE, None)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Once for the whole run."""
    for line in _verdict.report() if _verdict else []:
        terminalreporter.write_line(line, red=line.startswith("NOT "))
