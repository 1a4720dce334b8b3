"""``bin/check``: the one list of what green means, here and in CI.

The tests come last and write for themselves, so that what they say in the end is the last thing
to be read: all of them, then on PostgreSQL those of the money that else run on SQLite alone. What
comes before is done side by side, and what the tests need is made meanwhile. A
check that fails does not hide the others: all of them run.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent

RUN_TESTS = [sys.executable, str(ROOT / "bin" / "lib" / "run_tests.py")]
# title -> command. What takes longest is begun first.
CHECKS: list[tuple[str, list[str]]] = [
    ("For the tests: browser, front end", [*RUN_TESTS, "--prepare"]),
    # Also for the tests: their processes would each compile all of them.
    ("Tests: all of them can be read", [sys.executable, "-m", "pytest", "--collect-only"]),
    ("Types, strict: domain, gateways, flows", [str(BIN / "mypy")]),
    ("Form (ruff format)", [str(BIN / "ruff"), "format", "--check", "."]),
    ("Lint (ruff check)", [str(BIN / "ruff"), "check", "."]),
    ("House rules: who may import whom", [str(BIN / "lint-imports")]),
    (
        "Migrations: one head, no drift",
        [sys.executable, "-m", "pytest", "tests/house/test_migrations.py"],
    ),
]
# What records, shows or proves money, by what its files are called: what else the flows do (import,
# customers, jobs, letters, sign-in) is written by the same few statements, on both engines alike.
OF_MONEY = (
    "domain/test_*",
    "machine/test_*",
    "routes/test_documents*",
    "routes/test_stripe_webhooks*",
    *(
        f"flows/**/test_{what}*"
        for what in (
            *("account_left", "attacks", "checkout", "credit", "deposit", "event", "fees"),
            *("invoice_credit", "money", "outbox.py", "overview", "pay", "prove", "prune", "races"),
            *("refund", "return", "saved_card", "settings_stripe", "show_payments", "sweep"),
            *("taken_twice", "void", "why_not"),
        )
    ),
)


def on_postgresql() -> list[str]:
    """The files of money, as many at a time as ``bin/test`` would run of whole rooms."""
    files = sorted({file for name in OF_MONEY for file in (ROOT / "tests").glob(name)})
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [
        *("--postgres-rest", "-n", str((cores or 1) + 1), "--dist", "loadfile"),
        *(str(file.relative_to(ROOT)) for file in files),
    ]


# These follow one another: each keeps all cores busy.
TESTS: list[tuple[str, list[str]]] = [
    ("Tests", RUN_TESTS),
    ("Tests of the money, on PostgreSQL", [*RUN_TESTS, *on_postgresql()]),
]
SIDE_BY_SIDE = 3


def main(arguments: list[str]) -> int:
    if arguments:
        print("bin/check takes no arguments; bin/test takes pytest's.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    failed = []
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for done in as_completed([pool.submit(_checked, *check) for check in CHECKS]):
            title, code, output, seconds = done.result()
            print(f"  {'✗' if code else '✓'} {title:<44}{seconds:6.1f} s", flush=True)
            if code:
                failed.append(title)
                print("\n".join(f"      {line}" for line in output.splitlines()[-60:]), flush=True)
    if failed:
        print(f"  ✗ Not green: {'; '.join(failed)}. The tests run all the same.", flush=True)
    code = 0
    for title, command in TESTS:
        print(f"  … {title}", flush=True)
        tests = subprocess.run(command, check=False).returncode
        if tests:
            failed.append(title)
        code = code or tests
    if code:
        print(f"  ✗ Not green: {'; '.join(failed)}.", flush=True)
    return code or (1 if failed else 0)


def _checked(title: str, command: list[str]) -> tuple[str, int, str, float]:
    """Title, exit code, what was written, and the seconds that it took."""
    begin = time.monotonic()
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return title, done.returncode, done.stdout, time.monotonic() - begin


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
