"""What the SDK's own classes say of an object: the judge over v2, which Stripe's description of v1
leaves out."""

import types
import typing
from typing import Any

from stripe import StripeObject
from stripe.v2.core import Account, AccountLink

_ANSWERS = {"accounts": Account, "account_links": AccountLink}


def v2_faults(path: str, answer: Any) -> list[str]:
    """What is wrong with a successful answer of ``/v2/core/…``. Raises LookupError elsewhere."""
    wanted = _ANSWERS[path.removeprefix("/v2/core/").partition("/")[0]]
    if "data" not in answer:
        return shape_faults(wanted, answer)
    frame = {"data", "next_page_url", "previous_page_url"} ^ answer.keys()
    faults = [f"/{name}: unknown or missing" for name in sorted(frame)]
    return faults + shape_faults(list[wanted], answer["data"], "/data")  # type: ignore[valid-type]


def shape_faults(wanted: Any, value: Any, path: str = "") -> list[str]:
    """What of ``value`` (parsed JSON) the annotation or class ``wanted`` does not allow."""
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (typing.Union, types.UnionType):
        tries = [shape_faults(each, value, path) for each in arguments]
        return min(tries, key=len)
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: not a list: {value!r}"]
        each = enumerate(value)
        return [f for n, one in each for f in shape_faults(arguments[0], one, f"{path}/{n}")]
    if origin is typing.Literal:
        return [] if value in arguments else [f"{path}: {value!r} is none of {arguments}"]
    if origin is not None:
        return [] if isinstance(value, dict) else [f"{path}: not a hash: {value!r}"]
    if wanted is type(None) or wanted in (str, int, bool):
        return [] if type(value) is wanted else [f"{path}: {value!r} is no {wanted.__name__}"]
    assert issubclass(wanted, StripeObject), wanted
    return _object_faults(wanted, value, path)


def _object_faults(wanted: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: no hash: {value!r}"]
    said = wanted.__annotations__
    fields = {name: type_ for name, type_ in said.items() if name != "OBJECT_NAME"}
    faults = [f"{path}/{name}: unknown" for name in value if name not in fields]
    for name, type_ in fields.items():
        if name in value:
            faults += shape_faults(type_, value[name], f"{path}/{name}")
        elif type(None) not in typing.get_args(type_):
            faults.append(f"{path}/{name}: missing")
    return faults
