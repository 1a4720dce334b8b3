"""A mailbox inside the test, as far as it is asked: LOGIN, SELECT, SEARCH, FETCH, STORE."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """``mails`` by number from 1; ``seen`` are those that were marked."""

    mails: list[bytes]
    password: str = "open sesame"
    port: int = 0
    seen: set[int] = field(default_factory=set)
    logins: int = 0

    def answer(self, line: str) -> bytes:
        tag, _, command = line.partition(" ")
        word = command.split(" ")[0].upper()
        if word == "LOGIN":
            self.logins += 1
            if self.password not in command:
                return f"{tag} NO wrong\r\n".encode()
        if word == "SELECT":
            return f"* {len(self.mails)} EXISTS\r\n{tag} OK done\r\n".encode()
        if word == "CAPABILITY":
            return f"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n".encode()
        if word == "LOGOUT":
            return f"* BYE bye\r\n{tag} OK done\r\n".encode()
        if word == "UID":
            return self._uid(tag, command)
        return f"{tag} OK done\r\n".encode()

    def _uid(self, tag: str, command: str) -> bytes:
        end = f"{tag} OK done\r\n".encode()
        if "SEARCH" in command:
            unseen = [n for n in range(1, len(self.mails) + 1) if n not in self.seen]
            return f"* SEARCH {' '.join(map(str, unseen))}\r\n".encode() + end
        number = int(re.search(r"\d+", command)[0])
        if "FETCH" in command:
            raw = self.mails[number - 1]
            head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode()
            return head + raw + b")\r\n" + end
        self.seen.add(number)
        return end


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[Mailbox]:
    """The mailbox behind a port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    mailbox.port = listener.getsockname()[1]

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, connection.makefile("rwb") as wire:
                    wire.write(b"* OK ready\r\n")
                    wire.flush()
                    for line in wire:
                        wire.write(mailbox.answer(line.decode().rstrip("\r\n")))
                        wire.flush()
                        if b"LOGOUT" in line:
                            break

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield mailbox
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
