"""``/sandbox/clock``, ``hurry`` and ``latency``: how time passes here."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.control_accounts import named
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.number_params import Integer
from fsm_portal.sandbox.params import Choice, Many, Shape, Text
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json

_LONGEST = 366 * 24 * 3600
# What waits for a moment, by the names a person would use. Expiry of open sessions stays out of
# "everything": who hurries a refund does not mean to close the checkout beside it.
WAITING = {
    "fees": ("charge.settle",),
    "refunds": ("refund.arrive", "refund.come_back"),
    "bank_debits": ("bank_debit.settle",),
    "disputes": ("dispute.open", "dispute.decide"),
    "payouts": ("payout.arrive",),
    "sessions": ("checkout_session.expire",),
}
LATENCY = Shape({"milliseconds": Integer(0, 60_000)}, required=("milliseconds",))
CLOCK = Shape({"advance": Integer(0, _LONGEST), "set": Integer(0)})
HURRY = Shape(
    {"account": Text(), "what": Many(Choice(*WAITING), clearable=True)}, required=("account",)
)


def show(_sandbox: Sandbox, _params: Json) -> Json:
    """What time it is here (``now``) and by how many seconds that is ahead of the real one."""
    return {"object": "sandbox.clock", "now": clock.now(), "ahead": round(clock.ahead())}


def move(sandbox: Sandbox, params: Json) -> Json:
    """``advance`` by seconds or ``set`` to a moment; everything due on the way happens in order."""
    if ("advance" in params) == ("set" in params):
        raise invalid("Send either advance (seconds) or set (a Unix timestamp).")
    until = params["set"] if "set" in params else clock.precise() + params["advance"]
    if until < clock.now():
        raise invalid("The clock only moves forward.", "set")
    if until > clock.precise() + _LONGEST:
        raise invalid("Move the clock by a year at most at a time.", "set")
    sandbox.schedule.advance(until)
    return show(sandbox, {})


def hurry(sandbox: Sandbox, params: Json) -> Json:
    """What the account waits for happens now; the clock stays where it is."""
    chosen = params.get("what") or [name for name in WAITING if name != "sessions"]
    tasks = {task for name in chosen for task in WAITING[name]}
    return {"done": sandbox.schedule.hurry(named(sandbox, params["account"]).account, tasks)}


def latency(sandbox: Sandbox, params: Json) -> Json:
    """How long every API request takes from now on."""
    sandbox.api_latency = params["milliseconds"] / 1000
    return {"milliseconds": params["milliseconds"]}
