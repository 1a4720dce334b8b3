"""One event, delivered again and again, has one effect. (Invariant D)"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from starlette.testclient import TestClient

from fsm_portal.domain.ids import new_id
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows.paying import open_pages
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.recorder import payment as payment_recorder
from tests import cast
from tests.flows import books
from tests.flows.conftest import customer_identity
from tests.flows.serving import plain_routes
from tests.flows.stripe_side import CONNECT_SECRET, Event, StripeSide, as_body, deliver, signature
from tests.flows.unguarded import drop_guards
from tests.invoices import write_invoice
from tests.sandbox_process import pay

ROOT = Path(__file__).parents[3]
AT_ONCE = 20


@pytest.fixture
def charged(stripe, payer, invoice) -> Event:
    """The first event that tells of a payment of 280.00 USD."""
    assert pay(start_checkout(payer, invoice.id)).paid
    (event,) = stripe.events("charge.succeeded")
    return event


def post_at_once(event: Event) -> list[int]:
    """Twenty deliveries in the same moment over HTTP; what each was answered."""
    body, together = as_body(event).encode(), Barrier(AT_ONCE)
    headers = {"Stripe-Signature": signature(body, CONNECT_SECRET)}
    with TestClient(plain_routes()) as stripe_posts, ThreadPoolExecutor(AT_ONCE) as threads:

        def post(_number: int) -> int:
            together.wait(10)
            return stripe_posts.post(
                "/stripe/webhooks/connect", content=body, headers=headers
            ).status_code

        return list(threads.map(post, range(AT_ONCE)))


def effects() -> list[int]:
    """How many rows there are of whatever a payment leaves behind."""
    receipts = [each for each in books.rows(OutboxMessage) if each.kind == "receipt_mail"]
    entries = [each for each in books.rows(LedgerEntry) if each.kind == "payment"]
    return [
        len(found) for found in (books.rows(StripeEvent), books.rows(Payment), entries, receipts)
    ]


def test_twenty_deliveries_in_the_same_moment_are_one_payment(any_database, charged, invoice):
    """Case 13: one row each, and every delivery is acknowledged."""
    assert post_at_once(charged) == [200] * AT_ONCE
    assert effects() == [1, 1, 1, 1]
    assert books.balance(invoice).paid == 28_000


@pytest.mark.breaks_the_books("no key of any table holds")
def test_control_without_the_inboxs_key_every_delivery_is_judged(database, at_stripe, sandbox):
    """Case 13's control: the inbox's key stops a duplicate before anything else."""
    drop_guards(database)
    event = paid_at_new_company(sandbox)
    assert post_at_once(event) == [200] * AT_ONCE
    inbox, *_ = effects()
    assert inbox == AT_ONCE


@pytest.mark.breaks_the_books("no key of any table holds")
def test_control_without_unique_keys_a_payment_is_there_twice(
    postgres_database, at_stripe, sandbox, monkeypatch
):
    """Case 13's control, where transactions write at once: each looked before any had written."""
    drop_guards(postgres_database)
    event = paid_at_new_company(sandbox)
    wait_at(monkeypatch, "_insert", at_once=2)
    assert post_at_once(event) == [200] * AT_ONCE
    _, payments, *_ = effects()
    assert payments > 1


def paid_at_new_company(sandbox) -> Event:
    """A payment of a company that was written after the guards were dropped."""
    company = cast.save(cast.bright_heating(stripe_account_id=f"acct_control{new_id()[-12:]}"))
    sandbox.make_account(company.stripe_account_id, company.name)
    dana = cast.save(cast.harbor_view(company))
    invoice = write_invoice(company, dana)
    page = start_checkout(customer_identity(dana), invoice.id)
    assert pay(page).paid
    (event,) = StripeSide(sandbox, company.stripe_account_id).events("charge.succeeded")
    return event


def wait_at(monkeypatch: pytest.MonkeyPatch, step: str, at_once: int) -> None:
    """Let as many come to ``step`` of the recorder before any of them takes it, where that can
    be."""
    are_there, really = Barrier(at_once), getattr(payment_recorder, step)

    def wait_and_go_on(*about):
        with suppress(BrokenBarrierError):
            are_there.wait(0.3)
        return really(*about)

    monkeypatch.setattr(payment_recorder, step, wait_and_go_on)


def test_killed_between_commit_and_answer(any_database, environment, charged, invoice):
    """Case 24: Stripe was never answered and sends it again; that has no second effect."""
    body = as_body(charged).encode()
    died = subprocess.run(
        [sys.executable, "tests/flows/deliver_and_die.py", signature(body, CONNECT_SECRET)],
        input=body,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )
    assert died.returncode == -9
    assert effects() == [1, 1, 1, 1]

    assert deliver(charged) == frozenset()
    assert effects() == [1, 1, 1, 1]
    assert books.status(invoice) == "Paid"


def test_two_different_events_of_one_payment_in_the_same_moment(any_database, stripe, charged):
    """Case 13: the inbox cannot tell that they mean the same; the payment's own key does."""
    (completed,) = stripe.events("checkout.session.completed")
    together = Barrier(2)

    def post(event: Event) -> None:
        together.wait(10)
        deliver(event)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(post, (charged, completed)))
    assert effects() == [2, 1, 1, 1]


@pytest.fixture
def paid_twice(monkeypatch, stripe, payer, invoice) -> list[Event]:
    """Two payments of 280.00 USD for the same invoice, captured although one page was closed."""
    first = start_checkout(payer, invoice.id)
    monkeypatch.setattr(open_pages, "expire_checkout", lambda *_: True)
    second = start_checkout(payer, invoice.id)
    assert pay(first).paid and pay(second).paid
    return stripe.events("charge.succeeded")


def record_together(monkeypatch: pytest.MonkeyPatch, events: list[Event]) -> None:
    """Record both; where that can be, both have read what is due before either posts."""
    wait_at(monkeypatch, "_settle", at_once=2)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(deliver, events))


def test_two_payments_of_one_invoice_in_the_same_moment(
    any_database, monkeypatch, paid_twice, company
):
    """Case 1, invariant B: one is applied, the other is credit."""
    record_together(monkeypatch, paid_twice)
    held = books.accounts(company)
    assert (held["receivable"], held["customer_credit"]) == (0, -28_000)


@pytest.mark.breaks_the_books("nobody takes turns at the invoice")
def test_control_without_the_invoices_lock_both_are_applied(
    postgres_database, monkeypatch, paid_twice, company
):
    """Case 1's control, where two transactions can write at once."""
    monkeypatch.setattr(payment_recorder, "turns_at_invoices", lambda *_: [])
    record_together(monkeypatch, paid_twice)
    assert books.accounts(company)["receivable"] == -28_000
