"""From a bare Python to a running command: checks, virtual environment, packages, then hand over.

Runs on the system's Python and knows only its standard library. Everything that can fail at once
is tried before anything that takes long.
"""

import ast
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
sys.path.insert(0, str(ROOT))

# What is installed for whom: tests and checks need more than the portal, measurements need those
# that we are measured against as well.
PORTAL = ("requirements",)
TESTS = (*PORTAL, "requirements-dev")
BENCH = (*TESTS, "requirements-bench")
# command -> (module to run, what it needs)
COMMANDS = {
    "demo": ("fsm_portal.demo.launch", PORTAL),
    "dev": ("fsm_portal.demo.launch", PORTAL),
    "portal": ("fsm_portal.command_line", PORTAL),
    "test": ("bin/lib/run_tests.py", TESTS),
    "check": ("bin/lib/run_checks.py", TESTS),
    "bench": ("bin/lib/run_bench.py", BENCH),
    "lock": ("bin/lib/lock_requirements.py", TESTS),
    "stripe-sandbox": ("fsm_portal.sandbox", PORTAL),
}


def main(command: str, arguments: list[str]) -> None:
    began = time.time()
    module, groups = COMMANDS[command]
    if module.endswith(".py") and {"-h", "--help"} & set(arguments):
        print(_help(module))
        return
    if command in {"demo", "dev"}:
        # Raises SystemExit with one line for a taken port or a wrong option.
        from fsm_portal.demo.options import checked

        arguments = checked(command, arguments)
    install(groups)
    environment = os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    # -P: nothing that lies in the folder one stands in is taken for a part of this.
    target = [str(ROOT / module)] if module.endswith(".py") else ["-P", "-m", module]
    if command in {"demo", "dev"}:
        target.append(command)
        environment["DEMO_BEGAN_AT"] = str(began)
    environment["PYTHONPATH"] = str(ROOT)
    # A demo is five processes and a check hundreds: what one has compiled, the next reads.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execve(VENV_PYTHON, [str(VENV_PYTHON), *target, *arguments], environment)


def _help(module: str) -> str:
    """What the command is about, read without running it or installing anything."""
    about = ast.get_docstring(ast.parse((ROOT / module).read_text())) or ""
    if module.endswith("run_bench.py"):
        from measurements import measurements

        known = measurements()
        width = max(map(len, known))
        about += "\n\nThere are:\n" + "\n".join(
            f"  {name:<{width}}  {line}" for name, line in known.items()
        )
    return about.replace("``", "")


def install(groups: tuple[str, ...]) -> None:
    """Makes .venv and installs the pinned packages of ``groups``, unless that is done already."""
    pins = [ROOT / f"{group}.txt" for group in groups]
    stamp, wanted = _stamp(groups), _hashed(pins)
    if _is_installed(stamp, wanted):
        return
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache" / "venv.lock").open("w") as lock:
        # Two commands started at once: the second waits, then finds the work done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_installed(stamp, wanted):
            return
        _make_venv()
        _step("Installing Python packages", *_ways_to_install(pins))
        # Whoever has what the measurements need has what the tests and the portal need.
        for count in range(1, len(groups) + 1):
            _stamp(groups[:count]).write_text(_hashed(pins[:count]))


def _ways_to_install(pins: list[Path]) -> list[list[list[str]]]:
    """uv takes a third of pip's time, but reads other settings (not pip.conf): there are places
    where pip alone finds its index.
    """
    arguments = ["--quiet", *(option for pin in pins for option in ("-r", str(pin)))]
    development = (ROOT / "requirements-dev.txt").read_text().splitlines()
    uv = next(line.split()[0] for line in development if line.startswith("uv=="))
    pip_install = [str(VENV_PYTHON), "-m", "pip", "install"]
    uv_install = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(VENV_PYTHON)]
    return [
        [[*pip_install, "--quiet", uv], [*uv_install, "--compile-bytecode", *arguments]],
        [[*pip_install, *arguments]],
    ]


def _stamp(groups: tuple[str, ...]) -> Path:
    """.installed, .installed-dev, .installed-bench"""
    return VENV / f".installed{groups[-1].removeprefix('requirements')}"


def _hashed(pins: list[Path]) -> str:
    return hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()


def _is_installed(stamp: Path, wanted: str) -> bool:
    return VENV_PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted


def _make_venv() -> None:
    works = (
        VENV_PYTHON.exists()
        and not subprocess.run(
            [str(VENV_PYTHON), "-c", "import pip"], capture_output=True, check=False
        ).returncode
    )
    if works:
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise SystemExit(
            f"{sys.executable} cannot make virtual environments: "
            "install its venv module (Debian: apt-get install python3-venv)."
        ) from None
    _step("Making .venv", [[sys.executable, "-m", "venv", "--clear", str(VENV)]])


def _step(title: str, *ways: list[list[str]]) -> None:
    """Goes the first of ``ways``, each some commands, that succeeds; shows title and time taken.

    Raises SystemExit with what the last command wrote if none of them does.
    """
    if sys.stderr.isatty():
        print(f"  … {title}", end="", file=sys.stderr, flush=True)
    else:
        print(f"  … {title}", file=sys.stderr, flush=True)
    begin = time.monotonic()
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    for way in ways:
        for command in way:
            done = subprocess.run(
                command,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            if done.returncode:
                break
        if not done.returncode:
            break
    seconds = time.monotonic() - begin
    overwrite = "\r" if sys.stderr.isatty() else ""
    mark = "✗" if done.returncode else "✓"
    print(f"{overwrite}  {mark} {title:<42}{seconds:6.1f} s", file=sys.stderr, flush=True)
    if done.returncode:
        tail = done.stdout.decode(errors="replace").splitlines()[-15:]
        raise SystemExit("\n".join([f"{title} failed:", *tail]))


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
