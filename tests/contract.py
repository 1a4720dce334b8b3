"""Stripe's published API description as a judge over requests, responses and events.

The description lies beside the project (``../shared/stripe``); where it is absent ``contract()``
is None and what would have been judged is said to be skipped.
"""

import importlib.util
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.sdk_shapes import v2_faults

FOLDER = Path(__file__).parent.parent.parent / "shared" / "stripe"
# The description is of v1; OAuth and v2 stand elsewhere. What v2 answers is held against the SDK's
# classes.
BEYOND = ("/oauth/", "/v2/")
_ID = re.compile(r"\b(acct|cus|ch)_\w+")
# What a client says that sends wrong requests on purpose, to see them refused.
REFUSALS = {"X-Refusals": "wanted"}


class Contract:
    """Judges, and counts what it judged by endpoint or event type."""

    def __init__(self, spec: Any, parsed: Callable[[str], Any], validators: dict[str, Any]) -> None:
        self._spec = spec
        self._parsed = parsed
        self._validators = validators
        self.version: str = spec.version
        endpoint = _form(self.operation("POST", "/v1/webhook_endpoints"))
        self._event_types = set(endpoint["properties"]["enabled_events"]["items"]["enum"])
        self.requests: Counter[str] = Counter()
        self.responses: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.beyond: Counter[str] = Counter()

    def operation(self, method: str, path: str) -> Any:
        """What the description says of an endpoint. Raises LookupError if it is not described."""
        return self._spec.op(method, path)[1]

    def request_faults(self, method: str, path: str, sent: str) -> list[str]:
        """What the description finds wrong with a request (form body, or query of a GET).

        Raises LookupError for an endpoint that is not described.
        """
        template, operation = self._spec.op(method, path)
        name = f"{method} {template}"
        schema = _query(operation) if method == "GET" else _form(operation)
        self.requests[name] += 1
        data = self._spec.coerce(schema, self._parsed(sent))
        return self._faults(f"{name} sent", schema, data)

    def response_faults(self, method: str, path: str, body: Any, status: int = 200) -> list[str]:
        """What the description finds wrong with a response, and with events in it.

        Raises LookupError for an endpoint that is not described.
        """
        template, operation = self._spec.op(method, path)
        answers = operation["responses"]
        named = "200" if status == 200 else "default"
        schema = answers[named]["content"]["application/json"]["schema"]
        answered = self.responses if status == 200 else self.refusals
        answered[f"{method} {template}"] += 1
        faults = self._faults(f"{method} {template} {named}", schema, body)
        for event in _events(body):
            faults += self._object_faults(event)
        return faults

    def event_faults(self, event: Any) -> list[str]:
        """What the description finds wrong with an event and the object in it."""
        self.events[event["type"]] += 1
        faults = self._faults("event", {"$ref": "#/$defs/event"}, event)
        return faults + self._object_faults(event)

    def _object_faults(self, event: Any) -> list[str]:
        known = [] if event["type"] in self._event_types else [f"/type: {event['type']} is unknown"]
        found = event["data"]["object"]
        kind = found["object"]
        if found.get("deleted"):
            kind = f"deleted_{kind}"
        faults = self._faults(f"an event's {kind}", {"$ref": f"#/$defs/{kind}"}, found)
        return known + faults + self._former_faults(kind, event["data"])

    def _former_faults(self, kind: str, data: Any) -> list[str]:
        """What is wrong with former values. Null may mean that there was none; of a hash only what
        changed is told, so just its name is judged."""
        fields = self._spec.defs[kind].get("properties", {})
        faults = []
        for name, value in data.get("previous_attributes", {}).items():
            if name not in fields:
                faults.append(f"/data/previous_attributes/{name}: unknown")
            elif value is not None and not isinstance(value, dict):
                faults += self._faults(f"a former {kind}'s {name}", fields[name], value)
        return faults

    def _faults(self, name: str, schema: Any, value: Any) -> list[str]:
        validator = self._validators.get(name)
        if validator is None:
            strict = self._spec._cached(name, schema)
            validator = self._validators[name] = self._spec.validator(json.dumps(strict))
        if validator.is_valid(value):
            return []
        return [
            f"/{'/'.join(map(str, each.instance_path))}: {str(each.message)[:160]}"
            for each in validator.iter_errors(value)
        ]

    def record_faults(self, line: str) -> list[str]:
        """What is wrong with one line that a sandbox recorded: an exchange, or an event.

        A request of the official SDK is judged even if it was refused, unless it says that it
        wants to be; of what others send only what was accepted.
        """
        told = json.loads(line)
        if "event" in told:
            faults = self.event_faults(told["event"])
            return [f"event {told['event']['type']}: {fault}" for fault in faults]
        method, path, status = told["method"], told["path"], told["status"]
        if path.startswith(BEYOND):
            self.beyond[f"{method} {_ID.sub('{id}', path)}"] += 1
            v2 = path.startswith("/v2/") and status == 200
            faults = v2_faults(path, told["response"]) if v2 else []
            return [f"{method} {path} {status}: {fault}" for fault in faults]
        sent = told["query"] if method == "GET" else told["body"]
        faults = []
        try:
            if status:
                faults += self.response_faults(method, path, told["response"], status)
            if status == 200 or _is_ours(told["headers"]):
                faults += self.request_faults(method, path, sent)
        except LookupError:
            # Stripe does not know it either, so 404 is right; but ours must not ask for it.
            if status not in (404, 401, 403) or _is_ours(told["headers"]):
                faults = ["not in the description, so not judged"]
        return [f"{method} {path} {status} {sent[:300]}: {fault}" for fault in faults]

    def summary(self) -> str:
        """How much was judged, on one line."""
        return (
            f"{self.requests.total():,} requests, {self.responses.total():,} responses of "
            f"{len(self.responses)} endpoints, {self.refusals.total():,} refusals and "
            f"{self.events.total():,} events of {len(self.events)} types "
            f"held against Stripe's description {self.version}"
        )


@cache
def contract() -> Contract | None:
    """The judge of this test run, or None where the description is absent."""
    return new_contract()


def new_contract() -> Contract | None:
    """A judge who has counted nothing yet, or None where the description is absent."""
    script = FOLDER / "check_contract.py"
    return Contract(*_description(script)) if script.exists() else None


@cache
def _description(script: Path) -> tuple[Any, Callable[[str], Any], dict[str, Any]]:
    """Takes most of a second to read, so it is read once."""
    found = importlib.util.spec_from_file_location("check_contract", script)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.Spec(str(script.with_name("spec3.json"))), module.parse_form, {}


def _query(operation: Any) -> Any:
    given = operation.get("parameters", [])
    known = {each["name"]: each["schema"] for each in given if each["in"] == "query"}
    return {"type": "object", "properties": known, "additionalProperties": False}


def _form(operation: Any) -> Any:
    return next(iter(operation["requestBody"]["content"].values()))["schema"]


def _events(body: Any) -> list[Any]:
    listed = body.get("data", []) if body.get("object") == "list" else [body]
    return [each for each in listed if isinstance(each, dict) and each.get("object") == "event"]


def _is_ours(headers: dict[str, str]) -> bool:
    by_sdk = headers.get("user-agent", "").startswith("Stripe/")
    return by_sdk and "x-refusals" not in headers


class JudgedClient(stripe.RequestsClient):
    """The SDK's own HTTP client, with everything that passes through it judged at once.

    A request that was accepted must be one the description accepts; every response, errors too,
    must be one it describes. Raises AssertionError, in the test that sent it.
    """

    headers: dict[str, str] = {}

    def request(
        self, method: str, url: str, headers: Any, post_data: Any = None
    ) -> tuple[bytes, int, Any]:
        content, status, answered = super().request(
            method, url, {**headers, **self.headers}, post_data
        )
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


class RefusedClient(JudgedClient):
    """The same for tests that also send what must be refused."""

    headers = REFUSALS
