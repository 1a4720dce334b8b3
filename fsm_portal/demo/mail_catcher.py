"""A mail server that delivers to nobody: real SMTP on one port, a page to read it on another.

    python -m fsm_portal.demo.mail_catcher --smtp-port 8003 --http-port 8002 --data .demo

For the demo and the tests. It listens on loopback only, keeps its mail in DIR/mail, and prints
one line when it is ready: ``ready smtp=127.0.0.1:8003 http=http://127.0.0.1:8002``. Port 0 takes
any free port.
"""

import argparse
import asyncio
import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from fsm_portal.demo.mail_box import MailBox
from fsm_portal.demo.mail_page import MailPage


class _Postman:
    """aiosmtpd's handler: puts what arrives into the box and shows it on the page."""

    def __init__(self, box: MailBox, page: MailPage) -> None:
        self._box, self._page = box, page

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode()
        message = self._box.put(envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        self._page.tell(message)
        return f"250 OK, kept as message {message.id}"


class _Server(uvicorn.Server):
    """Stops when it is told to; the signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(smtp: socket.socket, http: socket.socket, folder: Path) -> None:
    """Catch mail until SIGTERM or SIGINT."""
    box = MailBox(folder)
    page = MailPage(box, smtp=_address(smtp))
    config = uvicorn.Config(
        page.app,
        log_level="warning",
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    web = _Server(config)

    def stop() -> None:
        web.should_exit = True
        page.hang_up()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    # A name of its own, or aiosmtpd asks the DNS for one.
    mail = await loop.create_server(
        lambda: SMTP(_Postman(box, page), hostname="localhost", ident="mail catcher", loop=loop),
        sock=smtp,
    )
    print(f"ready smtp={_address(smtp)} http=http://{_address(http)}", flush=True)
    try:
        await web.serve([http])
    finally:
        mail.close()
        box.close()


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="mail_catcher", description=__doc__.split("\n")[0])
    parser.add_argument("--smtp-port", type=int, default=8003, help="where mail comes in")
    parser.add_argument("--http-port", type=int, default=8002, help="where it is read")
    parser.add_argument("--data", type=Path, default=Path(".demo"), help="mail is kept in DIR/mail")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    chosen = parser.parse_args(arguments)
    if not _is_loopback(chosen.host):
        parser.error(f"{chosen.host} is not a loopback address: this mail is not for the network")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    try:
        smtp = _listening(chosen.host, chosen.smtp_port)
        http = _listening(chosen.host, chosen.http_port)
    except OSError as error:
        print(f"mail catcher: {error}", file=sys.stderr)
        return 1
    asyncio.run(serve(smtp, http, chosen.data / "mail"))
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(f"port {port} of {host} cannot be used: {error.strerror}") from error
    listener.listen(128)
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    sys.exit(main())
