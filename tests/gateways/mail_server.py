"""A mail server inside the test, that answers as the test wants it to."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"


@dataclass
class MailServer:
    """What it says to each step, and what it has been given."""

    to_recipient: str = OK
    to_sender: str = OK
    to_letter: str = OK
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    connections: list[asyncio.Transport] = field(default_factory=list)
    hang_up_on_data: bool = False
    loop: asyncio.AbstractEventLoop | None = None

    def hang_up(self) -> None:
        """Cut the first connection, and wait until it is."""
        assert self.loop is not None

        async def cut() -> None:
            self.connections[0].abort()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(cut(), self.loop).result(10)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hang_up_on_data:
            self.connections[-1].abort()
        if self.to_letter == OK:
            assert isinstance(envelope.content, bytes)
            self.envelopes.append(envelope)
            self.letters.append(message_from_bytes(envelope.content, policy=default))
        return self.to_letter

    def login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, who: Any
    ) -> AuthResult:
        assert isinstance(who, LoginPassword)
        self.logins.append((who.login.decode(), who.password.decode()))
        return AuthResult(success=who.password == b"correct", handled=False)


@contextmanager
def running(
    server: MailServer, tls: ssl.SSLContext | None = None, starttls: bool = False
) -> Iterator[MailServer]:
    """Run ``server`` on a free port of loopback, in a thread with a loop of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    loop = server.loop = asyncio.new_event_loop()

    class Connection(SMTP):
        def connection_made(self, transport: Any) -> None:
            server.connections.append(transport)
            super().connection_made(transport)

    def meet() -> SMTP:
        return Connection(
            server,
            hostname="localhost",
            loop=loop,
            tls_context=tls if starttls else None,
            authenticator=server.login,
            auth_require_tls=False,
        )

    direct = None if starttls else tls
    listening = loop.run_until_complete(loop.create_server(meet, sock=listener, ssl=direct))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(listening.close)
        for connection in server.connections:
            loop.call_soon_threadsafe(connection.abort)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(asyncio.sleep(0))
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
