"""Starts a sandbox: ``python -m fsm_portal.sandbox --port 12111 --data DIR``."""

import argparse
import fcntl
import logging
import os
import socket
import sys
from pathlib import Path
from typing import TextIO

import uvicorn

from fsm_portal.sandbox.params import is_web_address
from fsm_portal.sandbox.server import build
from fsm_portal.sandbox.settings import Settings, WebhookTarget

_HELP = """An offline Stripe for development and tests: API, hosted checkout, signed webhooks.

It listens on 127.0.0.1 only and keeps everything in DIR/stripe-sandbox.sqlite3. Point a Stripe
SDK at http://127.0.0.1:PORT with any secret key that begins with sk_test_."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "stripe-sandbox", description=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--port", type=int, default=12111, help="port on 127.0.0.1 (default 12111)")
    add("--data", type=Path, default=Path(".stripe-sandbox"), help="directory of its data")
    add("--public-url", help="how browsers reach it, if not http://127.0.0.1:PORT")
    add("--settle-delay", type=float, default=0.5, metavar="SECONDS",
        help="from a payment to charge.updated with its fees (default 0.5)")  # fmt: skip
    add("--async-delay", type=float, default=10, metavar="SECONDS",
        help="until what takes days in life has happened: bank debits, refunds on their way, "
        "disputes of test cards (default 10)")  # fmt: skip
    add("--key-prefix", default="sk_test_", help="what a valid secret key begins with")
    add("--record", type=Path, metavar="DIR", default=os.environ.get("STRIPE_SANDBOX_RECORD"),
        help="write every exchange and event there as lines of JSON (default: "
        "$STRIPE_SANDBOX_RECORD, or nothing)")  # fmt: skip
    add("--webhook-platform", metavar="URL", help="send the platform's own events here")
    add("--webhook-platform-secret", metavar="whsec_…", default="")
    add("--webhook-connect", metavar="URL", help="send connected accounts' events here")
    add("--webhook-connect-secret", metavar="whsec_…", default="")
    add("--webhook", metavar="URL=SECRET", action="append", default=[],
        help="send all events here; may be given more than once")  # fmt: skip
    return parser


def _targets(given: argparse.Namespace) -> tuple[WebhookTarget, ...]:
    targets = []
    if given.webhook_platform:
        secret = given.webhook_platform_secret
        targets.append(WebhookTarget("Platform", given.webhook_platform, secret, False))
    if given.webhook_connect:
        secret = given.webhook_connect_secret
        targets.append(WebhookTarget("Connect", given.webhook_connect, secret, True))
    for number, each in enumerate(given.webhook):
        url, _, secret = each.rpartition("=")
        targets.append(WebhookTarget(f"All{number}Platform", url, secret, False))
        targets.append(WebhookTarget(f"All{number}Connect", url, secret, True))
    for target in targets:
        if not is_web_address(target.url):
            raise ValueError(f"Not a web address to send webhooks to: {target.url!r}")
        if not target.secret:
            raise ValueError(f"Webhooks to {target.url} need a secret to sign them with")
    return tuple(targets)


def _claimed(folder: Path) -> TextIO:
    """Held until the process ends, however it ends. Raises BlockingIOError if another has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "stripe-sandbox.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BlockingIOError(f"Another sandbox keeps its data in {folder}") from None
    return lock


class _Server(uvicorn.Server):
    """Says one line when it can be reached."""

    ready = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self.ready, flush=True)


def main() -> int:
    """Run until stopped. Returns the exit status."""
    given = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(levelname)s: %(message)s")
    try:
        settings = Settings(
            port=given.port,
            data=given.data,
            public_url=(given.public_url or f"http://127.0.0.1:{given.port}").rstrip("/"),
            key_prefix=given.key_prefix,
            settle_delay=given.settle_delay,
            async_delay=given.async_delay,
            webhooks=_targets(given),
            record=Path(given.record) if given.record else None,
        )
        listening = socket.create_server(("127.0.0.1", given.port), backlog=512)
        # Two would send every webhook twice, and each would do what the other does.
        claim = _claimed(settings.data)
        app = build(settings)
    except (ValueError, OSError, OverflowError) as problem:
        print(f"stripe-sandbox: {problem}", file=sys.stderr)
        return 1
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        # Longer than clients keep idle connections: otherwise some request meets a closing one.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    server.ready = f"Stripe sandbox ready on {settings.public_url} (data in {settings.data})"
    with claim:
        server.run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
