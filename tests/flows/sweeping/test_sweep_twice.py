"""Two sweeps at once, in threads and in processes, on both engines: each thing is posted once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from fsm_portal.db import engine
from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.payout import Payout
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.sweeping import balance, sweep
from tests import cast
from tests.flows import books
from tests.flows.elsewhere import shop_payment
from tests.flows.stripe_side import StripeSide
from tests.flows.sweeping.test_sweep_books import AT_ONCE_CARD, in_balance, without_events
from tests.flows.unguarded import drop_guards
from tests.sandbox_process import pay

ROOT = Path(__file__).parents[3]


@pytest.fixture
def busy(stripe, payer, invoice):
    """A payment, a refund of it, a payment in the company's shop, a payout."""
    assert pay(start_checkout(payer, invoice.id), AT_ONCE_CARD).paid
    stripe.settled_events()
    charge = stripe.get("/v1/charges")["data"][0]
    stripe.sandbox.pay_out(stripe.account)
    stripe.sandbox.refund(stripe.account, charge["id"], 1_000, refund_application_fee="true")
    shop_payment(stripe, 5_000)
    return stripe


def posted() -> list[tuple[str, str, str]]:
    return [(row.source, row.kind, row.part) for row in books.rows(LedgerEntry)]


def everything_once(company, stripe) -> None:
    assert in_balance(company, stripe)
    assert len(posted()) == len(set(posted()))
    assert [len(books.rows(each)) for each in (Refund, Payout, BalanceTransaction)] == [1, 1, 4]
    assert books.only_payment().amount == 28_000


@pytest.mark.parametrize("events", ["with events", "without events"])
def test_two_threads_post_everything_once(any_database, monkeypatch, busy, company, events):
    """Case 13, of balance transactions: both read them all as new."""
    if events == "without events":
        without_events(monkeypatch)
    together, movements_between = Barrier(2), balance.movements_between

    def listed(*asked):
        found = movements_between(*asked)
        if found:
            together.wait(20)
        return found

    monkeypatch.setattr(balance, "movements_between", listed)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: sweep(), range(2)))
    everything_once(company, busy)


def test_two_processes_post_everything_once(any_database, busy, company):
    url = engine().url.render_as_string(hide_password=False)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FSM_DATABASE_URL": url}
    sweeps = [
        subprocess.Popen(
            [sys.executable, "tests/flows/sweep_once.py"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in sweeps:
        assert process.stdout.readline() == "ready\n"
    for process in sweeps:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in sweeps:
        _, complaints = process.communicate(timeout=60)
        assert process.returncode == 0, complaints
    everything_once(company, busy)


@pytest.mark.breaks_the_books("no key of any table holds")
def test_control_without_the_keys_two_sweeps_keep_and_post_things_twice(
    postgres_database, at_stripe, sandbox, monkeypatch
):
    """The same race over tables that have no unique keys."""
    drop_guards(postgres_database)
    company = cast.save(cast.bright_heating(stripe_account_id=f"acct_control{new_id()[-12:]}"))
    sandbox.make_account(company.stripe_account_id, company.name)
    shop_payment(StripeSide(sandbox, company.stripe_account_id), 5_000)
    without_events(monkeypatch)
    together, keep = Barrier(2), balance.keep_movements

    def kept(*asked):
        together.wait(20)
        return keep(*asked)

    monkeypatch.setattr(balance, "keep_movements", kept)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: sweep(), range(2)))
    assert len(books.rows(BalanceTransaction)) == 2
    assert len(posted()) > len(set(posted()))
