"""``expand``: ids replaced by the objects they name, along dotted paths, lists included.

Source: docs.stripe.com/api/expanding_objects.
"""

from typing import Any

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.ids import kind_of
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.store import Json

_DEEPEST = 4
# Fields that lead from one account to another: application fees belong to the platform, the
# charges they were taken from to the connected account.
_ON_PLATFORM = frozenset({"application_fee", "account"})


def expanded(call: Call, nouns: dict[str, Noun], body: Json, paths: list[str]) -> Json:
    """``body`` with every path replaced. Raises 400 for what cannot be expanded."""
    for path in paths:
        names = path.split(".")
        if len(names) > _DEEPEST:
            raise _refused(
                f"You cannot expand more than {_DEEPEST} levels of a property. Property: {path}"
            )
        _expand(call, nouns, body, names, path)
    return body


def _expand(call: Call, nouns: dict[str, Noun], holder: Any, names: list[str], path: str) -> None:
    if not names:
        return
    name, rest = names[0], names[1:]
    if holder.get("object") == "list":
        if name != "data":
            raise _refused(_cannot(name, path))
        for each in holder["data"]:
            _expand(call, nouns, each, rest, path)
        return
    noun = nouns.get(str(holder.get("object")))
    if noun and rest and f"{name}.{rest[0]}" in noun.expandable:
        # An id within a hash of the object's own (``invoice_settings.default_payment_method``).
        part = holder.get(name)
        if part is None:
            # All that is left of a deleted object is its id.
            return
        value = part[rest[0]]
        if isinstance(value, str):
            value = _fetched(call, nouns, {**part, "object": holder["object"]}, rest[0], value)
            holder[name] = {**part, rest[0]: value}
        if isinstance(value, dict):
            _expand(call, nouns, value, rest[1:], path)
        return
    if noun is None or name not in noun.expandable | noun.included.keys():
        raise _refused(_cannot(name, path))
    value = holder.get(name)
    if name in noun.included and value is None:
        value = holder[name] = noun.included[name](call, holder)
    elif isinstance(value, str):
        value = holder[name] = _fetched(call, nouns, holder, name, value)
    if isinstance(value, dict):
        _expand(call, nouns, value, rest, path)


def _fetched(call: Call, nouns: dict[str, Noun], holder: Json, name: str, value: str) -> Any:
    if value == call.sandbox.settings.application:
        return call.sandbox.application
    noun = nouns.get(kind_of(value) or "")
    if noun is None:
        return value
    account = call.account
    if name in _ON_PLATFORM:
        account = call.sandbox.settings.platform
    elif holder["object"] == "application_fee" and noun.kind == "charge":
        account = holder["account"]
    row = call.store.row(account, noun.kind, value)
    return noun.present(call, row) if row else value


def _cannot(name: str, path: str) -> str:
    where = f" ({path})" if "." in path else ""
    return (
        f"This property cannot be expanded ({name}){where}. You may want to try expanding "
        f"'data.{name}' instead."
        if "." not in path
        else f"This property cannot be expanded ({name}){where}."
    )


def _refused(message: str) -> Exception:
    return invalid(message, "expand")
