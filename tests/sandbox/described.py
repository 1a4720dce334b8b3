"""What the sandbox's endpoints could be sent, as Stripe's description has it."""

import re
from collections.abc import Iterator
from typing import Any

from fsm_portal.sandbox.resources import ENDPOINTS
from tests.contract import Contract

_DEEPEST = 4

Parameters = dict[str, list[str]]


def endpoints(judge: Contract) -> list[tuple[str, str, Parameters]]:
    """Method, path with ``{…}`` where ids stand, and each parameter with the words it knows."""
    return [
        (each.method, each.path, dict(_parameters(judge.operation(each.method, each.path))))
        for each in ENDPOINTS
        if each.path.startswith("/v1/")
    ]


def _parameters(operation: Any) -> Iterator[tuple[str, list[str]]]:
    for each in operation.get("parameters", []):
        if each["in"] == "query":
            yield each["name"], _words(each["schema"])
            yield from _inside(each["schema"], each["name"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _inside(content["schema"], "")


def _inside(schema: Any, name: str) -> Iterator[tuple[str, list[str]]]:
    """``line_items[0][price_data][currency]`` and all others below ``name``."""
    if len(re.findall(r"\[", name)) >= _DEEPEST:
        return
    for either in schema.get("anyOf", []):
        yield from _inside(either, name)
    if "items" in schema:
        yield f"{name}[0]", _words(schema["items"])
        yield from _inside(schema["items"], f"{name}[0]")
    for key, inner in schema.get("properties", {}).items():
        full = f"{name}[{key}]" if name else key
        yield full, _words(inner)
        yield from _inside(inner, full)


def _words(schema: Any) -> list[str]:
    either = [schema, *schema.get("anyOf", [])]
    return [str(word) for each in either for word in each.get("enum", [])]
