"""``bin/check``: the one list of what green means, here and in CI.

The tests come last and write for themselves, so that what they say in the end is the last thing
to be read. A check that fails does not hide the others: all of them run.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent

# title -> command. The tests are the last entry.
CHECKS: list[tuple[str, list[str]]] = [
    ("Form (ruff format)", [str(BIN / "ruff"), "format", "--check", "."]),
    ("Lint (ruff check)", [str(BIN / "ruff"), "check", "."]),
    ("Types, strict: domain, gateways, flows", [str(BIN / "mypy")]),
    ("House rules: who may import whom", [str(BIN / "lint-imports")]),
    (
        "Migrations: one head, no drift",
        [sys.executable, "-m", "pytest", "tests/house/test_migrations.py"],
    ),
    ("Tests", [sys.executable, str(ROOT / "bin" / "lib" / "run_tests.py")]),
]


def main(arguments: list[str]) -> int:
    if arguments:
        print("bin/check takes no arguments; bin/test takes pytest's.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    failed = []
    for title, command in CHECKS[:-1]:
        begin = time.monotonic()
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        mark = "✗" if done.returncode else "✓"
        print(f"  {mark} {title:<44}{time.monotonic() - begin:6.1f} s", flush=True)
        if done.returncode:
            failed.append(title)
            print("\n".join(f"      {line}" for line in done.stdout.splitlines()[-60:]), flush=True)
    title, command = CHECKS[-1]
    if failed:
        print(f"  ✗ Not green: {'; '.join(failed)}. The tests run all the same.", flush=True)
    print(f"  … {title}", flush=True)
    tests = subprocess.run(command, check=False).returncode
    return tests or (1 if failed else 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
