"""Programs that the tests use and pip cannot bring: a browser, and two judges of PDF files."""

import os
import shutil
import subprocess
import sys

# any of these programs -> Debian's package
NEEDED = {
    ("chromium", "chromium-browser", "google-chrome"): "chromium",
    ("qpdf",): "qpdf",
    ("pdftoppm",): "poppler-utils",
}


def ensure() -> None:
    """Installs what is missing where we may (root on Debian). Raises SystemExit with one line."""
    missing = [package for names, package in NEEDED.items() if not any(map(shutil.which, names))]
    if not missing:
        return
    words = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit(f"The tests also need: {words} (Debian: sudo apt-get install {words})")
    print(f"  … Installing {words}", file=sys.stderr, flush=True)
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "--yes", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(command, env=environment, check=False, **quiet)
        if done.returncode:
            tail = "\n".join(done.stdout.splitlines()[-10:])
            raise SystemExit(f"{' '.join(command)} failed:\n{tail}")
