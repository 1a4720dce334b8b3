"""Drives the world by one seed: steps with faults on, then everything is healed and must prove."""

import random
import sys

from sqlalchemy import func, select

from fsm_portal.db import reading
from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.balances import account_balance
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.outbox import LEASE
from fsm_portal.flows.sweeping import STRIPE_KEEPS, sweep
from fsm_portal.flows.work_outbox import work_one
from tests.machine.acts import ACTS, EXPECTED, bill
from tests.machine.office import open_for_business
from tests.machine.world import World
from tests.proof import must_prove

# With the proof between every so many steps, whatever is in flight.
PROVE_EVERY = 25
_outbox = table_of(OutboxMessage)
_event = table_of(StripeEvent)
_movement = table_of(BalanceTransaction)


def run(world: World, steps: int, log: list[str]) -> None:
    """``steps`` steps, then the healing and the proof; ``log`` takes one line for each."""
    open_for_business(world)
    for _ in range(3):
        bill(world)
    chosen = random.Random(world.rng.random())
    for number in range(1, steps + 1):
        (act,) = chosen.choices(list(ACTS), list(ACTS.values()))
        try:
            told = act(world)
        except EXPECTED as refused:
            told = f"refused: {' '.join(str(refused).split())[:100]}"
        except IndexError:  # nothing there yet to choose from
            told = "nothing to do it with"
        log.append(f"{number:5} {act.__name__:20} {told}")
        if number % PROVE_EVERY == 0:
            must_prove()
    settle(world, log)
    must_prove(patience=LEASE)
    with reading() as session:
        held = account_balance(session, world.company.id, Account.STRIPE, world.company.currency)
    at_stripe = world.balance_at_stripe()
    open_ = open_questions()
    assert held == at_stripe, f"ours {held}, Stripe's {at_stripe}: {open_}"
    assert not open_, open_


def settle(world: World, log: list[str]) -> None:
    """All is well again: what is owed to happen happens, unaided. (Invariant J)"""
    world.sandbox.heal()
    world.post(True)
    world.restart()
    world.waiting.clear()  # no webhook comes any more: the sweep has to find it all
    for round_ in range(60):
        world.sandbox.hurry(world.stripe.account)
        missed = sweep(STRIPE_KEEPS)
        done = 0
        while work_one() is not None:
            done += 1
        left = _unsettled()
        log.append(f"      settling {round_}: {missed} events, {done} pieces of work, {left} left")
        if not (missed or done or left):
            return
        world.pass_time(hours=7 if left else 1)
    raise AssertionError("it does not settle")


def _unsettled() -> int:
    with reading() as session:
        return int(
            session.connection()
            .execute(
                select(func.count()).select_from(_outbox).where(_outbox.c.settled_at.is_(None))
            )
            .scalar_one()
        )


def open_questions() -> list[str]:
    """What the books could not place, as staff are shown it."""
    with reading() as session:
        connection = session.connection()
        events = connection.execute(
            select(_event.c.type, _event.c.outcome, _event.c.reason).where(
                _event.c.outcome.in_((Outcome.QUARANTINED, Outcome.PARKED))
            )
        ).all()
        movements = connection.execute(
            select(_movement.c.type, _movement.c.net, _movement.c.unmatched).where(
                _movement.c.unmatched != ""
            )
        ).all()
        dead = connection.execute(
            select(_outbox.c.key, _outbox.c.dead_reason).where(_outbox.c.dead_reason.is_not(None))
        ).all()
    return [str(tuple(row)) for row in (*events, *movements, *dead)]


def summary(log: list[str]) -> str:
    """How often each thing happened, and how often it was refused."""
    counted: dict[str, list[int]] = {}
    for line in log:
        name = line[6:26].strip()
        tally = counted.setdefault(name, [0, 0])
        tally[0] += 1
        tally[1] += "refused" in line or "nothing to do" in line
    return ", ".join(f"{name} {all_}-{no}" for name, (all_, no) in sorted(counted.items()))


def tell(seed: int, steps: int, engine: str, log: list[str]) -> str:
    """What whoever reads a failure needs: its end, and the command that plays it again."""
    again = f"MACHINE_SEED={seed} MACHINE_STEPS={steps} bin/test tests/machine -k {engine}"
    return "\n".join([*log[-40:], f"seed {seed}, {now():%Y-%m-%d}. Again: {again}"])


def report(text: str) -> None:
    print(text, file=sys.stderr)
