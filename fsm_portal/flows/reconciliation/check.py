"""Check with Stripe now: one company's sweep, step by step, for whoever watches."""

from collections.abc import Generator
from dataclasses import dataclass

from fsm_portal.db import writing
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.reconciliation.may_reconcile import CannotReconcile, must_reconcile
from fsm_portal.flows.sweeping import Swept, accounts_to_sweep, steps
from fsm_portal.gateways.stripe_client import StripeUnavailable

# As many as ``steps`` announces.
_STEPS = 6


@dataclass(frozen=True)
class Progress:
    """What is being done, and how far along it is. At the end ``topics`` are to be rung."""

    words: str
    percent: int
    topics: frozenset[str] = frozenset()
    done: bool = False
    trouble: str = ""


def check_with_stripe(who: Identity) -> Generator[Progress, None, None]:
    """Sweep the company's account; each step is yielded before it is taken, the end after it.

    Raises CannotReconcile, at the first step or when Stripe goes away.
    """
    must_reconcile(who)
    found = accounts_to_sweep(who.company_id)
    if not found:
        raise CannotReconcile("No Stripe account is connected, so there is nobody to ask.")
    running, taken = steps(found[0]), 0
    while True:
        try:
            words = next(running)
        except StopIteration as end:
            swept: Swept = end.value
            with writing() as connection:
                write_down(connection, who, Deed.CHECKED_STRIPE, words=_came_of(swept))
            yield Progress(_came_of(swept), 100, swept.topics, done=True, trouble=swept.trouble)
            return
        except StripeUnavailable as error:
            raise CannotReconcile(
                "Stripe does not answer at the moment. We ask again by ourselves."
            ) from error
        yield Progress(words, min(taken * 100 // _STEPS, 95))
        taken += 1


def _came_of(swept: Swept) -> str:
    new = [
        f"{count:,} {noun if count == 1 else f'{noun}s'} {words}"
        for count, noun, words in (
            (swept.missed, "event", "caught up on"),
            (swept.attempts, "checkout", "settled"),
            (swept.posted, "movement", "put on the books"),
            (swept.elsewhere, "movement", "not through this portal"),
            (swept.judged, "waiting fact", "settled"),
            (swept.open, "movement", "at Stripe without a place on your books"),
        )
        if count
    ]
    if not new:
        return "Checked: there was nothing new."
    return f"Checked: {', '.join(new)}."
