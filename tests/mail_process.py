"""A mail catcher for tests: a process of its own, real SMTP, and its mail to ask for.

catcher = start_mail_catcher(tmp_path)
letter = catcher.wait_for(to="dana@harborview.example", subject_contains="INV-0042")
letter["links"], letter["attachments"], catcher.attachment(letter, 0)
catcher.stop()
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).parent.parent
# Whatever proxy the machine has, loopback is not behind it.
_web = build_opener(ProxyHandler({}))

Message = dict[str, Any]


class MailCatcher:
    """A running catcher. ``smtp_port`` takes mail, ``http_url`` (no slash at the end) shows it."""

    def __init__(self, process: subprocess.Popen[str], smtp_port: int, http_url: str) -> None:
        self.process = process
        self.smtp_port = smtp_port
        self.http_url = http_url
        self._newest = 0

    def messages(self, to: str | None = None, after: int = 0) -> list[Message]:
        """Messages as the catcher's JSON gives them, newest first; only those since ``after``."""
        query = urlencode({"after": after, **({"to": to} if to else {})})
        found: list[Message] = json.loads(self._get(f"/api/messages?{query}"))
        return found

    def newest(self) -> int:
        """The id of the newest message, 0 before the first."""
        # The catcher reads every message that it lists: it is asked for what is new alone.
        for message in self.messages(after=self._newest)[:1]:
            self._newest = message["id"]
        return self._newest

    def wait_for(
        self, to: str | None = None, subject_contains: str = "", timeout: float = 60
    ) -> Message:
        """The newest message that fits, as soon as there is one. Raises AssertionError."""
        until = time.monotonic() + timeout
        seen = 0
        while True:
            found = self.messages(to, after=seen)
            for message in found:
                if subject_contains.lower() in message["subject"].lower():
                    return message
            seen = found[0]["id"] if found else seen
            if time.monotonic() > until:
                there = [(message["to"], message["subject"]) for message in self.messages()]
                wanted = f"mail to {to or 'anybody'} with {subject_contains!r} in its subject"
                raise AssertionError(f"no {wanted} within {timeout} s; there is {there}")
            time.sleep(0.05)

    def attachment(self, message: Message, index: int = 0) -> bytes:
        """The bytes of an attachment, counted from 0."""
        return self._get(f"/api/messages/{message['id']}/attachments/{index}")

    def raw(self, message: Message) -> bytes:
        """The message as it came over the wire."""
        return self._get(f"/api/messages/{message['id']}/raw")

    def stop(self) -> None:
        """End the process, and wait for its end."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _get(self, path: str) -> bytes:
        with _web.open(self.http_url + path, timeout=60) as response:
            body: bytes = response.read()
        return body


def start_mail_catcher(data_dir: Path, smtp_port: int = 0, http_port: int = 0) -> MailCatcher:
    """Start a catcher that keeps its mail in ``data_dir``/mail, and wait until it is ready.

    Port 0 takes any free port. Give ports to start one again where another has been.
    """
    command = [sys.executable, "-m", "fsm_portal.demo.mail_catcher", "--data", str(data_dir)]
    command += ["--smtp-port", str(smtp_port), "--http-port", str(http_port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    ready = re.fullmatch(r"ready smtp=\S+:(\d+) http=(\S+)\n", line)
    if ready is None:
        process.kill()
        process.wait()
        raise AssertionError(f"the mail catcher did not start: {line!r}")
    return MailCatcher(process, int(ready[1]), ready[2])
