"""Programs that the tests use and pip cannot bring."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def _has(*programs: str) -> bool:
    return any(map(shutil.which, programs))


# Debian's package -> whether it is there. A browser, and two judges of PDF files.
NEEDED = {
    "chromium": lambda: _has("chromium", "chromium-browser", "google-chrome"),
    "qpdf": lambda: _has("qpdf"),
    "poppler-utils": lambda: _has("pdftoppm"),
}
# Without these some tests are skipped: those that run on both databases, or with many workers.
WELCOME = {
    "postgresql": lambda: _has("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/postgres")),
    "redis-server": lambda: _has("redis-server"),
}


def ensure() -> None:
    """Installs what is missing where we may (root on Debian). Raises SystemExit with one line."""
    needed = [package for package, is_there in NEEDED.items() if not is_there()]
    welcome = [package for package, is_there in WELCOME.items() if not is_there()]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install(needed + welcome)
        return
    if needed:
        words = " ".join(needed)
        raise SystemExit(f"The tests also need: {words} (Debian: sudo apt-get install {words})")
    if welcome:
        print(f"  Some tests are skipped without: {' '.join(welcome)}", file=sys.stderr, flush=True)


def _install(packages: list[str]) -> None:
    if not packages:
        return
    print(f"  … Installing {' '.join(packages)}", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            tail = "\n".join(done.stdout.splitlines()[-10:])
            raise SystemExit(f"{' '.join(command)} failed:\n{tail}")
