"""``bin/test [paths and options of pytest]``: runs the tests.

Makes sure of the browser and of the built front end first, where the tests need them:
``bin/test tests/domain`` does without. Rooms of many files are run by several processes, which take
a file at a time; what names a file or a few tests is run by one (``-n 0`` for one anyway).
``.venv/bin/python -m pytest --help`` explains the options. ``--prepare`` only makes sure.
"""

import os
import re
import shutil
import sys
import time
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parent.parent.parent
NOTES = ROOT / ".cache" / "test-web"
# A choice of a few tests, a look at what they print, a hand on the debugger, or a wish of its own.
ONE_PROCESS = re.compile(
    r".*\.py\b|-[qvxl]*s$|-k|-n|--(capture|co|collect|deselect|dist|ff|ip|last|lf|nf|num|pdb|sw|trace)"
)
# Where tests have their databases: to wait for a disk takes them longer than all else.
MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30
# Each process takes some seconds to begin, with what the files import.
WORTH_SHARING = 10


def main(arguments: list[str]) -> None:
    os.chdir(ROOT)
    only_prepare = arguments == ["--prepare"]
    if only_prepare or _may_use_the_browser(arguments):
        system_packages.ensure()
        _build_front_end()
    if only_prepare:
        return
    # Apps made by tests leave notes for the next start; neither bin/dev's nor the last run's.
    shutil.rmtree(NOTES, ignore_errors=True)
    os.environ["REFLEX_WEB_WORKDIR"] = str(NOTES)
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *_processes(arguments), *arguments])


def _processes(arguments: list[str]) -> list[str]:
    """One more than there are cores: many tests wait for a browser or for another process.

    Whatever a file has set up is used by all of it. The long files of the browser's room begin.
    """
    rooms = _rooms(arguments) or ["tests"]
    files = [file for room in rooms for file in (ROOT / room).rglob("test_*.py")]
    if any(map(ONE_PROCESS.match, arguments)) or len(files) < WORTH_SHARING:
        return []
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ["-n", str((cores or 1) + 1), "--dist", "loadfile", "--no-loadscope-reorder"]


def _may_use_the_browser(arguments: list[str]) -> bool:
    """Only a selection of other rooms' tests does without."""
    paths = _rooms(arguments)
    return not paths or any(path.rstrip("/") == "tests" or "e2e" in path for path in paths)


def _rooms(arguments: list[str]) -> list[str]:
    return [argument for argument in arguments if argument.startswith("tests/")]


def _build_front_end() -> None:
    """Once, here, rather than within the time that some test allows itself."""
    from fsm_portal.front_end import BuildFailed, current_build, ensure_built

    if current_build():
        return
    begin = time.monotonic()
    print("  … Building the front end", file=sys.stderr, flush=True)
    try:
        ensure_built()
    except BuildFailed as error:
        raise SystemExit(str(error)) from None
    print(f"  ✓ {'Building the front end':<42}{time.monotonic() - begin:6.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
