"""A web server that receives webhooks as a real receiver would: it verifies, then remembers."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from tests.contract import contract

SECRETS = {"/platform": "whsec_platform_test", "/connect": "whsec_connect_test"}


class WebhookReceiver:
    """``events`` holds what arrived and was verified; ``faults`` what was wrong with the rest.

    ``answer`` may be set to decide the status by attempt number (from 1) and event.
    """

    def __init__(self, port: int = 0) -> None:
        self.events: list[dict[str, Any]] = []
        self.attempts: list[tuple[float, str]] = []
        self.faults: list[str] = []
        self.answer: Callable[[int, dict[str, Any]], int] = lambda _attempt, _event: 200
        self.secrets = dict(SECRETS)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()

    def types(self, account: str | None = None) -> list[str]:
        """Types of what arrived for this account (None: for the platform), oldest first."""
        return [each["type"] for each in self.events if each.get("account") == account]

    def wait_for(
        self,
        type: str,
        account: str | None = None,
        *,
        about: str | None = None,
        count: int = 1,
        seconds: float = 60,
    ) -> list[dict[str, Any]]:
        """Events of this type for this account (None: the platform) as soon as there are ``count``.

        ``about`` narrows to the object with that id. Raises AssertionError.
        """
        until = time.monotonic() + seconds
        while True:
            ours = [each for each in list(self.events) if each.get("account") == account]
            found = [
                each
                for each in ours
                if each["type"] == type and about in (None, each["data"]["object"]["id"])
            ]
            if len(found) >= count:
                return found
            assert time.monotonic() < until, (
                f"{type} did not come: {self.faults or self.types(account)}"
            )
            time.sleep(0.01)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver._take(self.path, body, self.headers["Stripe-Signature"])
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                """Quiet."""

        return Handler

    def _take(self, path: str, body: bytes, signature: str) -> int:
        try:
            stripe.Webhook.construct_event(body, signature, self.secrets[path])
        except (ValueError, stripe.SignatureVerificationError) as refused:
            self.faults.append(f"{path}: {refused}")
            return 400
        event = json.loads(body)
        self.attempts.append((time.monotonic(), event["id"]))
        attempt = sum(1 for _, seen in self.attempts if seen == event["id"])
        status = self.answer(attempt, event)
        if 200 <= status < 300:
            if judge := contract():
                self.faults += [f"{event['type']}: {fault}" for fault in judge.event_faults(event)]
            self.events.append({**event, "received_at": path})
        return status
