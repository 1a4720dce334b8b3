"""Refunds a second beside the raw SQLite driver.

The recorder takes each refund as Stripe tells it: the payment looked up, the refund kept, spread
over its invoices, posted, a credit note for it, the work that follows queued. The baseline repeats
what was written, one transaction for each, with the same durability.
"""

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.paid_checkouts import open_checkouts, payment_of
from bench.portal_on import portal_on
from bench.raw_writes import RawDatabase, taken_down
from bench.row import Row
from fsm_portal import db
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.from_stripe.receive_stripe_event import take_in
from fsm_portal.flows.recorder import record_fact
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import Event, RefundChanged

REFUNDS, SPELLS = 600, 6
GOAL = 0.4


def run() -> list[Row]:
    """Half a minute."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        return [_refunds(folder)]


def _refunds(folder: Path) -> Row:
    seeded, ours, raw = (folder / f"{name}.sqlite3" for name in ("seeded", "ours", "raw"))
    with portal_on(seeded):
        metadata.create_all(db.engine())
        attempts = open_checkouts(REFUNDS)
        for attempt in attempts:
            _take(read_event(payment_of(attempt).decode()))
        company_id = attempts[0].company_id
        facts = [refund_of(attempt) for attempt in attempts]
    for copy in (ours, raw):
        shutil.copy(seeded, copy)
    written: list[list[Any]] = []
    with portal_on(seeded):
        for fact in facts:
            with taken_down(db.engine()) as writes:
                _record(company_id, fact)
            written.append(writes)

    baseline, seconds = RawDatabase(raw), {"ours": 0.0, "raw": 0.0}
    a_spell = REFUNDS // SPELLS
    with portal_on(ours):
        for spell in range(SPELLS):
            numbers = range(spell * a_spell, (spell + 1) * a_spell)
            for who in ("ours", "raw") if spell % 2 else ("raw", "ours"):
                began = time.perf_counter()
                for number in numbers:
                    if who == "ours":
                        _record(company_id, facts[number])
                    else:
                        baseline.commit(written[number])
                seconds[who] += time.perf_counter() - began
    rates = {who: REFUNDS / taken for who, taken in seconds.items()}
    return Row(
        "refunds recorded a second, on SQLite",
        f"{rates['ours']:.0f}/s",
        f"{rates['raw']:.0f}/s",
        rates["ours"] / rates["raw"],
        GOAL,
    )


def _take(event: Event) -> None:
    with db.writing() as connection:
        take_in(connection, event, BroughtBy.WEBHOOK)


def _record(company_id: str, fact: RefundChanged) -> None:
    with db.writing() as connection:
        record_fact(connection, company_id, fact, BroughtBy.WEBHOOK)


def refund_of(attempt: CheckoutAttempt) -> RefundChanged:
    payment = json.loads(payment_of(attempt))["data"]["object"]["id"]
    return RefundChanged(
        stripe_refund_id=f"re_{payment}",
        payment_intent_id=payment,
        refund_id=None,
        amount=attempt.amount // 3,
        currency=attempt.currency,
        status="succeeded",
        reason="requested_by_customer",
        failure_reason="",
        balance_transaction_id=f"txn_re_{payment}",
        returned=False,
        occurred_at=attempt.created_at,
    )


if __name__ == "__main__":
    for row in run():
        ratio = "" if row.ratio is None else f"{row.ratio:6.2f}"
        print(f"{row.name:55} {row.ours:>10} {row.baseline:>10} {ratio}")
