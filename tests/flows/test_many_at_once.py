"""A busy time in four workers at once: events out of order, twice and never, while staff refund,
void, take cash and use credit, customers pay and sweeps run. In the end all of it proves.

Unlike tests/machine, where one thing happens after another, dozens begin in the same moment here,
so how it goes differs from run to run; what may happen does not. ``BUSY_ROUNDS=40 BUSY_SEED=7
bin/test tests/flows/test_many_at_once.py -s`` for more. (Invariants A to E, and J)
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from fsm_portal.config import settings
from fsm_portal.db import writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.credit_use import CreditUse
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.crediting.undo_credit import undo_credit
from fsm_portal.flows.crediting.use_credit import use_credit
from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook
from fsm_portal.flows.invoicing.void_invoice import void_invoice
from fsm_portal.flows.paying.confirm_checkout import confirm_checkout
from fsm_portal.flows.paying.start_checkout import start_checkout, start_checkout_of_several
from fsm_portal.flows.refunding.ask_refund import RefundWish, ask_refund
from fsm_portal.flows.sweeping import STRIPE_KEEPS, sweep
from fsm_portal.flows.work_outbox import Lane, work_one
from tests.flows import books
from tests.flows.four_workers import Ended, Job, Workers, four_workers
from tests.flows.stripe_side import CONNECT_SECRET, Event, StripeSide, as_body, signature
from tests.flows.test_killed import all_events, sum_of_movements
from tests.invoices import write_invoice
from tests.machine.acts import EXPECTED
from tests.machine.machine import open_questions
from tests.proof import must_prove
from tests.redis_process import RedisServer, needs_redis
from tests.sandbox_process import SandboxProcess, pay, pay_by_bank

pytestmark = needs_redis

ROUNDS = int(os.environ.get("BUSY_ROUNDS", "6"))
SEED = int(os.environ.get("BUSY_SEED", "20261122"))
AT_ONCE = 24
_CARDS = ("4242 4242 4242 4242",) * 5 + (
    "4000 0000 0000 0002",
    "4000 0000 0000 0259",  # disputed some time later
    "4000 0000 0000 7726",  # its refunds are pending first
    "4000 0000 0000 5126",  # its refunds fail in the end
)
_outbox = table_of(OutboxMessage)


class BusyTime:
    """What the rounds know of: invoices, Stripe's pages, and events that were not told yet."""

    def __init__(
        self, rng, stripe: StripeSide, sandbox: SandboxProcess, company, dana, payer, owner
    ):
        self.rng, self.stripe, self.sandbox = rng, stripe, sandbox
        self.company, self.dana, self.payer, self.owner = company, dana, payer, owner
        self.invoices: list[Invoice] = []
        self.pages: list[str] = []
        self.waiting: list[Event] = []
        self.seen: set[str] = set()

    def bill(self) -> None:
        number = f"INV-{len(self.invoices):04}"
        price = str(self.rng.choice((1_000, 9_999, 25_000)))
        lines = (("Work", "1", price),)
        self.invoices.append(
            write_invoice(self.company, self.dana, number=number, lines=lines, due_in_days=365)
        )

    def outside(self) -> None:
        """What people do at Stripe's pages, and Stripe and banks by themselves."""
        for page in [each for each in self.pages[-10:] if self.rng.random() < 0.7]:
            by_bank = self.rng.random() < 0.15
            pay_by_bank(page) if by_bank else pay(page, self.rng.choice(_CARDS))
        charges = self.stripe.get("/v1/charges", limit=100)["data"]
        paid = [each for each in charges if each["status"] == "succeeded"]
        with suppress(httpx.HTTPError, IndexError):
            if self.rng.random() < 0.5:
                self.sandbox.refund(
                    self.stripe.account, self.rng.choice(paid)["id"], self.rng.randint(1, 900)
                )
        with suppress(httpx.HTTPError, IndexError):
            if self.rng.random() < 0.3:
                charge = self.rng.choice(paid)
                self.sandbox.open_dispute(
                    charge["id"], amount=self.rng.randint(1, charge["amount"])
                )
        with suppress(httpx.HTTPError, IndexError):
            if self.rng.random() < 0.4:
                disputes = self.stripe.get("/v1/disputes", limit=100)["data"]
                outcome = self.rng.choice(("won", "lost", "partially_won"))
                self.sandbox.decide_dispute(self.rng.choice(disputes)["id"], outcome)
        if self.rng.random() < 0.4:
            self.sandbox.hurry(self.stripe.account, self.rng.choice(("refunds", "bank_debits")))

    def events(self) -> list[Job]:
        """In a wrong order, a quarter of them twice, one of fifteen never."""
        for event in all_events(self.stripe):
            if event["id"] not in self.seen:
                self.seen.add(event["id"])
                if self.rng.random() > 1 / 15:
                    self.waiting.append(event)
        self.rng.shuffle(self.waiting)
        told, self.waiting = self.waiting[:AT_ONCE], self.waiting[AT_ONCE:]
        told += self.rng.sample(told, len(told) // 4)
        return [_signed(event) for event in told]

    def deeds(self) -> list[Job]:
        """What the office, the customer and the workers do in one moment."""
        kinds = self.rng.choices(
            (self.refund, self.pay, self.void, self.take, self.use, self.undo, self.reverse),
            (8, 7, 1, 2, 2, 1, 1),
            k=AT_ONCE,
        )
        jobs = [job for kind in kinds if (job := kind()) is not None]
        jobs += [Job(work_one, Lane.OTHER) for _ in range(6)]
        if self.rng.random() < 0.3:
            jobs += [Job(sweep), Job(sweep)]
        if self.pages:
            checkout = self.pages[-1].partition("/c/pay/")[2].partition("#")[0]
            jobs.append(
                Job(confirm_checkout, self.company.id, self.dana.id, checkout.partition("?")[0])
            )
        return jobs

    def refund(self) -> Job | None:
        by_card = [each for each in books.rows(Payment) if not each.taken_by]
        if not by_card:
            return None
        payment = self.rng.choice(by_card[-6:])
        first = self.rng.choice([self.rng.choice(self.invoices).id, ""])
        wish = RefundWish(
            new_id(),
            payment.id,
            self.rng.randint(1, payment.amount // 2 + 1),
            still_owed=self.rng.random() < 0.3,
            invoice_id=first,
        )
        return Job(ask_refund, self.owner, wish)

    def pay(self) -> Job:
        if self.rng.random() < 0.4:
            several = self.rng.sample(self.invoices[-9:], 3)
            return Job(start_checkout_of_several, self.payer, [each.id for each in several])
        return Job(start_checkout, self.payer, self.rng.choice(self.invoices[-9:]).id)

    def void(self) -> Job:
        return Job(void_invoice, self.owner, self.rng.choice(self.invoices[-8:]).id)

    def take(self) -> Job:
        yesterday = str(now().date() - timedelta(days=1))
        amount = f"{self.rng.randint(1, 12_000) / 100:.2f}"
        taken = Taken(new_id(), "cash", amount, yesterday, keep=self.rng.random() < 0.7)
        return Job(take_payment, self.owner, self.rng.choice(self.invoices[-9:]).id, taken)

    def use(self) -> Job:
        amount = f"{self.rng.randint(1, 5_000) / 100:.2f}"
        return Job(use_credit, self.owner, self.rng.choice(self.invoices[-9:]).id, new_id(), amount)

    def undo(self) -> Job | None:
        used = books.rows(CreditUse)
        return Job(undo_credit, self.owner, self.rng.choice(used).id) if used else None

    def reverse(self) -> Job | None:
        by_hand = [each for each in books.rows(Payment) if each.taken_by]
        return Job(reverse_payment, self.owner, self.rng.choice(by_hand).id) if by_hand else None


def _signed(event: Event) -> Job:
    body = as_body(event).encode()
    return Job(receive_webhook, body, signature(body, CONNECT_SECRET), connect=True)


@pytest.fixture
def workers(postgres_database, environment, at_stripe, tmp_path) -> Iterator[Workers]:
    server = RedisServer(tmp_path)
    environment.setenv("FSM_REDIS_URL", server.url)
    settings.cache_clear()
    with four_workers() as running:
        yield running
    server.kill()


def test_a_busy_time_ends_proven(workers, stripe, sandbox, company, dana, payer, owner):
    busy = BusyTime(random.Random(SEED), stripe, sandbox, company, dana, payer, owner)
    said: Counter[str] = Counter()
    for _ in range(4):
        busy.bill()
    for number in range(ROUNDS):
        for _ in range(4):
            busy.bill()
        jobs = busy.events() + busy.deeds()
        busy.rng.shuffle(jobs)
        if number % 4 == 2:
            sandbox.fault("lose_response", account=stripe.account, times=2, rate=0.5, seed=number)
        for job, answer in zip(jobs, workers.at_once(jobs), strict=True):
            refused = isinstance(answer, Ended)
            said[f"{job.do.__name__} {'no' if refused else 'yes'}"] += 1
            if refused and not answer.is_one_of(*EXPECTED):
                pytest.fail(answer.trace, pytrace=False)
            if isinstance(answer, str) and "/c/pay/" in answer:
                busy.pages.append(answer)
        sandbox.heal()
        must_prove()
        busy.outside()
    print(dict(sorted(said.items())), file=sys.stderr)
    settle(stripe, sandbox, workers)
    must_prove(patience=timedelta(hours=1))
    assert books.accounts(company)["stripe"] == sum_of_movements(stripe)
    assert open_questions() == []


def settle(stripe: StripeSide, sandbox: SandboxProcess, workers: Workers) -> None:
    """All is well again, and no webhook comes any more: four sweeps at once find what is lacking.

    Letters are left alone.
    """
    for _ in range(20):
        sandbox.hurry(stripe.account)
        found: list[Any] = workers.at_once([Job(sweep, STRIPE_KEEPS) for _ in range(4)])
        with writing() as connection:
            connection.execute(
                update(_outbox)
                .where(_outbox.c.settled_at.is_(None))
                .values(available_at=now() - timedelta(minutes=1), leased_until=None)
            )
        done = workers.at_once([Job(work_one, Lane.OTHER) for _ in range(16)])
        for answer in found + done:
            if isinstance(answer, Ended):
                pytest.fail(answer.trace, pytrace=False)
        if not any(found) and all(each is None for each in done):
            return
    raise AssertionError("it does not settle")
