"""What ``bin/demo`` and ``bin/dev`` can be told, and whether that can work. Standard library only:
it runs before anything is installed.
"""

import argparse
import fcntl
import os
import shlex
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_ABOUT = {
    "demo": "Starts the portal, a Stripe sandbox and a mail catcher on this machine, with a "
    "company and its customers to try it on. Once installed it needs no network and no account.",
    "dev": "The same cast as bin/demo with hot reload: a page changes when its file is saved.",
}
_ROOT = Path(__file__).resolve().parent.parent.parent
_DATA = {"demo": ".demo", "dev": ".cache/dev"}


@dataclass(frozen=True)
class Ports:
    """Everything follows from the first one."""

    portal: int

    @property
    def stripe(self) -> int:
        return self.portal + 1

    @property
    def mail_page(self) -> int:
        return self.portal + 2

    @property
    def smtp(self) -> int:
        return self.portal + 3

    @property
    def backend(self) -> int:
        """Reflex's own, with ``bin/dev`` only: there the pages come from a server beside it."""
        return self.portal + 4

    def named(self, command: str) -> list[tuple[str, int]]:
        names = [
            ("the portal", self.portal),
            ("the Stripe sandbox", self.stripe),
            ("the mail page", self.mail_page),
            ("the mail server", self.smtp),
        ]
        return names + ([("the backend", self.backend)] if command == "dev" else [])


@dataclass(frozen=True)
class Options:
    """``given_data`` is what ``--data`` said, if anything did."""

    command: str
    ports: Ports
    data: Path
    given_data: Path | None = None

    def with_port(self, port: int) -> str:
        """The command as it was given, with another port."""
        data = ["--data", str(self.given_data)] if self.given_data else []
        return shlex.join([f"bin/{self.command}", "--port", str(port), *data])


def parse(command: str, arguments: list[str]) -> Options:
    """Raises SystemExit, with a usage line, for what makes no sense."""
    parser = argparse.ArgumentParser(prog=f"bin/{command}", description=_ABOUT[command])
    parser.add_argument(
        "--port",
        type=_port,
        default=8000,
        metavar="N",
        help="where the portal answers; the others take the next ports (default: 8000)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help=f"where everything is kept; remove it to start afresh (default: {_DATA[command]})",
    )
    given = parser.parse_args(arguments)
    # Whoever stands elsewhere means the demo of before, too.
    data = given.data.absolute() if given.data else _ROOT / _DATA[command]
    return Options(command, Ports(given.port), data, given.data)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1024 <= int(text) <= 65_530:
        raise argparse.ArgumentTypeError(f"{text!r} is no port between 1024 and 65530")
    return int(text)


def checked(command: str, arguments: list[str]) -> list[str]:
    """The options in full, once it is sure that they can work. Raises SystemExit with one line."""
    options = parse(command, arguments)
    check_ports(options)
    hold(options.data).close()
    return ["--port", str(options.ports.portal), "--data", str(options.data)]


def check_ports(options: Options) -> None:
    """Raises SystemExit for the first port that somebody else uses."""
    for name, port in options.ports.named(options.command):
        if reason := _taken(port):
            raise SystemExit(
                f"Port {port}, wanted for {name}, is taken ({reason}): "
                f"try {options.with_port(_free_base(options))}"
            )


def _free_base(options: Options) -> int:
    """Another first port, with which all of them are free if that can be found."""
    here = options.ports.portal
    others = list(range(here + 100, 65_530, 100)) or [8000]
    for base in [*others[:20], *range(8100, 9000, 100)]:
        if not any(_taken(port) for _, port in Ports(base).named(options.command)):
            return base
    return others[0]


def _taken(port: int) -> str:
    """Why nothing can listen there, empty if it can."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def hold(data: Path) -> IO[str]:
    """Opens ``data`` for one demo alone, as long as the returned file is open.

    Raises SystemExit with one line when it cannot be written, or another demo holds it.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data / "lock").open("w")
    except OSError as error:
        raise SystemExit(f"Cannot write to {data}: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise SystemExit(
            f"Another one is running on {os.path.relpath(data)}: stop it, or choose --data DIR"
        ) from None
    return lock
