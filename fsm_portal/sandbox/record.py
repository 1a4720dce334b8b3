"""What was asked, answered and told: one line of JSON each, for whoever wants to check it.

``{"method", "path", "query", "body", "headers", "status", "response"}`` or ``{"event"}``. A line is
written before its answer is sent, so that whatever a client saw is there, also after a crash.
"""

import json
import os
from pathlib import Path

from starlette.requests import Request

from fsm_portal.sandbox.store import Json

_KEPT_HEADERS = ("user-agent", "stripe-account", "stripe-version", "x-refusals")


class Record:
    """Appends to a file of its own in ``folder``; without a folder it does nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._file = -1
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{os.getpid()}-{os.urandom(4).hex()}.jsonl"
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def exchange(self, request: Request, raw: bytes, status: int, response: str) -> None:
        """A request and its answer: JSON text, as it is sent."""
        if self._file == -1:
            return
        asked = {
            "method": request.method,
            "path": request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0],
            "query": request.scope["query_string"].decode("latin-1"),
            "body": raw.decode("utf-8", "replace"),
            "headers": {
                name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers
            },
            "status": status,
        }
        self._write(f'{json.dumps(asked)[:-1]}, "response": {response}}}')

    def event(self, event: Json) -> None:
        """An event as it is sent to an endpoint."""
        if self._file != -1:
            self._write(json.dumps({"event": event}))

    def close(self) -> None:
        """Let go of the file."""
        if self._file != -1:
            os.close(self._file)
            self._file = -1

    def _write(self, line: str) -> None:
        os.write(self._file, line.encode() + b"\n")
