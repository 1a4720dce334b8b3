"""Stripe's published API description as a judge over requests, responses and events.

The description lies beside the project (``../shared/stripe``); where it is absent ``contract()``
is None and what would have been judged is said to be skipped.
"""

import importlib.util
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import stripe

FOLDER = Path(__file__).parent.parent.parent / "shared" / "stripe"


class Contract:
    """Judges, and counts what it judged by endpoint or event type."""

    def __init__(self, spec: Any) -> None:
        self._spec = spec
        self.requests: Counter[str] = Counter()
        self.responses: Counter[str] = Counter()
        self.events: Counter[str] = Counter()

    def request_faults(self, method: str, path: str, body: str) -> list[str]:
        """What the description finds wrong with a request (form body, or query of a GET)."""
        template, _, faults = self._spec.check_request(method, path, body)
        self.requests[f"{method} {template}"] += 1
        return list(faults)

    def response_faults(self, method: str, path: str, body: Any, status: int = 200) -> list[str]:
        """What the description finds wrong with a response."""
        named = "200" if status == 200 else "default"
        template, faults = self._spec.check_response(method, path, body, named)
        self.responses[f"{method} {template} {named}"] += 1
        return list(faults)

    def event_faults(self, event: Any) -> list[str]:
        """What the description finds wrong with an event and the object in it."""
        self.events[event["type"]] += 1
        found = event["data"]["object"]
        faults = list(self._spec.check_schema("event", event))
        return faults + list(self._spec.check_schema(found["object"], found))

    def summary(self) -> str:
        """How much was judged, on one line."""
        endpoints = {name.rpartition(" ")[0] for name in self.responses}
        return (
            f"{self.requests.total()} requests, {self.responses.total()} responses of "
            f"{len(endpoints)} endpoints and {self.events.total()} events of {len(self.events)} "
            "types agree with Stripe's description"
        )


@cache
def contract() -> Contract | None:
    """The judge of this test run, or None where the description is absent."""
    script = FOLDER / "check_contract.py"
    if not script.exists():
        return None
    found = importlib.util.spec_from_file_location("check_contract", script)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return Contract(module.Spec(str(FOLDER / "spec3.json")))


class JudgedClient(stripe.RequestsClient):
    """The SDK's own HTTP client, with everything that passes through it judged.

    A request that was accepted must be one the description accepts; every response, errors too,
    must be one it describes. Raises AssertionError.
    """

    def request(
        self, method: str, url: str, headers: Any, post_data: Any = None
    ) -> tuple[bytes, int, Any]:
        content, status, answered = super().request(method, url, headers, post_data)
        judge = contract()
        path, query = urlsplit(url).path, urlsplit(url).query
        if judge is not None and path.startswith("/v1/"):
            method = method.upper()
            told = json.loads(content)
            try:
                faults = judge.response_faults(method, path, told, status)
                if status == 200 and method in ("GET", "POST"):
                    sent = query if method == "GET" else post_data or ""
                    faults += judge.request_faults(method, path, sent)
            except LookupError:
                assert status == 404, f"{method} {path} is not Stripe's, yet was answered"
                faults = []
            assert not faults, f"{method} {path} {status}: {faults}"
        return content, status, answered
