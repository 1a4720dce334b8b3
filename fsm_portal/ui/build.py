"""Compiles the pages and bundles them for production. Run by fsm_portal.front_end, as a process.

Compiling takes two seconds and bundling many more, so the bundler is only run when what was
compiled differs from every build that is still kept.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from reflex.utils import build, prerequisites

from fsm_portal.front_end import BUILDS, CURRENT, ROOT, reflex_environment

# Beside node_modules and the results, these hold times and paths, not input of the bundler.
_NOT_INPUT = {
    "node_modules",
    "build",
    "backend",
    ".react-router",
    "reflex.json",
    ".memo-manifest.json",
    "reflex.install_frontend_packages.cached",
}
_KEPT_BUILDS = 4


def prepare() -> None:
    """Lays out the working folder, as ``reflex init`` would, but touches nothing else of ours."""
    if prerequisites.needs_reinit():
        os.environ.setdefault("NPM_CONFIG_REGISTRY", _npm_registry())
        prerequisites.initialize_reflex_user_directory()
        prerequisites.initialize_frontend_dependencies()


def main(source_hash: str) -> None:
    prepare()
    prerequisites.get_compiled_app(prerender_routes=True, use_rich=False, trigger="export")
    build.setup_frontend(ROOT)
    name = _input_hash()[:16]
    if not (BUILDS / name).is_dir():
        build.build()
        _publish(name)
    _remember(source_hash, name)
    _forget_old_builds(name)


def _npm_registry() -> str:
    """Whatever npm itself is set to. Left alone, Reflex would time two public ones first."""
    npm = ["npm", "config", "get", "registry"]
    return subprocess.run(npm, check=True, capture_output=True, text=True).stdout.strip()


def _input_hash() -> str:
    digest = hashlib.sha256()
    web = prerequisites.get_web_dir()
    for file in _inputs(web):
        digest.update(str(file.relative_to(web)).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _inputs(web: Path) -> Iterator[Path]:
    for entry in sorted(web.iterdir()):
        if entry.name in _NOT_INPUT:
            continue
        yield from sorted(f for f in entry.rglob("*") if f.is_file()) if entry.is_dir() else [entry]


def _publish(name: str) -> None:
    """Copies what a server needs aside, in one step as seen by others."""
    web = prerequisites.get_web_dir()
    unfinished = BUILDS / f"{name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(web / "build" / "client", unfinished / "build" / "client")
    shutil.copytree(web / "backend", unfinished / "backend")
    unfinished.rename(BUILDS / name)


def _remember(source_hash: str, name: str) -> None:
    fresh = CURRENT.with_suffix(".fresh")
    fresh.write_text(json.dumps({"sources": source_hash, "build": name}))
    fresh.replace(CURRENT)
    os.utime(BUILDS / name)


def _forget_old_builds(name: str) -> None:
    """A portal that still serves an older build keeps it unless four newer ones were made."""
    builds = sorted((b for b in BUILDS.iterdir() if b.is_dir()), key=lambda b: b.stat().st_mtime)
    for old in builds[:-_KEPT_BUILDS]:
        if old.name != name:
            shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        os.environ.update(reflex_environment())
        prepare()
    else:
        main(sys.argv[1])
