"""Cards that a customer has saved, as the hosted checkout offers them."""

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.resources import attachment, payment_method
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json, Row


def shown(sandbox: Sandbox, row: Row) -> list[Json]:
    """The cards of the session's customer that it shows again, the default one first."""
    session = row.body
    if not session["customer"] or "card" not in session["payment_method_types"]:
        return []
    call = Call(sandbox, row.account)
    allowed = (session["saved_payment_method_options"] or {}).get("allow_redisplay_filters")
    default = attachment.default_of(call, session["customer"])
    cards = [each.body for each in attachment.cards(call, session["customer"])]
    cards = [each for each in cards if each["allow_redisplay"] in (allowed or ["always"])]
    return sorted(cards, key=lambda each: each["id"] != default)


def offers(session: Json, what: str) -> bool:
    """Whether the page lets its customer ``save`` a card, or ``remove`` one."""
    options = session["saved_payment_method_options"]
    return bool(options and options[f"payment_method_{what}"] == "enabled")


def remove(call: Call, method_id: str) -> None:
    """The customer wants a card forgotten."""
    attachment.detach(call, payment_method.NOUN.row(call, method_id).body)
