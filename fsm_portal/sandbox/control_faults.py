"""``/sandbox/faults`` and ``replay``: break things on purpose, and heal them."""

import random

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.control_accounts import named
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.faults import KINDS
from fsm_portal.sandbox.number_params import Integer, Share
from fsm_portal.sandbox.params import Choice, Flag, Many, Shape, Text
from fsm_portal.sandbox.resources.event import of_types
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json

_LONGEST = 7 * 24 * 3600
FAULT = Shape(
    {
        "kind": Choice(*KINDS),
        "rate": Share(1),
        "times": Integer(1, 1_000_000),
        "for": Integer(1, _LONGEST),
        "seed": Integer(),
        "account": Text(),
        "types": Many(Text(), clearable=True),
        "path": Text(),
        "seconds": Share(3600),
        "copies": Integer(1, 50),
        "remembered": Flag(),
    },
    required=("kind",),
)
HEAL = Shape({"id": Integer(1)})
REPLAY = Shape(
    {
        "account": Text(),
        "types": Many(Text(), clearable=True),
        "count": Integer(1, 1000),
        "seed": Integer(),
    }
)


def add(sandbox: Sandbox, params: Json) -> Json:
    """A new fault; ``for`` is how many seconds it lasts by the sandbox's clock."""
    lasts = params.pop("for", None)
    until = clock.precise() + lasts if lasts else None
    made = sandbox.faults.add(**params, until=until)
    sandbox.deliveries.wake()
    return made.shown()


def show(sandbox: Sandbox, _params: Json) -> Json:
    """All faults that are set, and how often each has struck."""
    data = [fault.shown() for fault in sandbox.faults.all()]
    return {"object": "list", "data": data, "has_more": False, "url": "/sandbox/faults"}


def heal(sandbox: Sandbox, params: Json) -> Json:
    """All faults are gone, or the one with this ``id``."""
    healed = sandbox.faults.heal(params.get("id"))
    if "id" in params and not healed:
        raise invalid(f"No such fault: {params['id']}", "id")
    sandbox.deliveries.wake()
    return {"healed": healed}


def replay(sandbox: Sandbox, params: Json) -> Json:
    """Send ``count`` old events once more (10), chosen and shuffled by the seed."""
    if "account" in params:
        named(sandbox, params["account"])
    where = [of_types(params["types"])] if params.get("types") else []
    rows = sandbox.store.rows(params.get("account"), "event", where=where, limit=10_000)
    chance = random.Random(params.get("seed", 1))
    chosen = chance.sample(rows, min(params.get("count", 10), len(rows)))
    with sandbox.store.transaction():
        for row in chosen:
            targets = sandbox.deliveries.endpoints(row.account, row.body["type"])
            sandbox.deliveries.queue(row.account, row.id, targets)
    return {"replayed": [row.id for row in chosen]}
