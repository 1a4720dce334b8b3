"""Stripe at the door: who is let in, who is turned away, and with what answer."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy import event as sqlalchemy_event

from fsm_portal.config import settings
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.stripe_event import StripeEvent
from tests.flows import books
from tests.flows.serving import plain_routes, served
from tests.flows.stripe_side import (
    CONNECT_SECRET,
    PLATFORM_SECRET,
    as_body,
    event_of,
    signature,
)
from tests.invoices import write_invoice
from tests.outage import outage
from tests.payments import checkout
from tests.portal.webhooks import payment_of

CONNECT, PLATFORM = "/stripe/webhooks/connect", "/stripe/webhooks"


@pytest.fixture
def event(secrets, company):
    """Bright Heating's account may not charge any more: an event with an effect."""
    account = {"object": "account", "charges_enabled": False, "payouts_enabled": False}
    return event_of("account.updated", account, company.stripe_account_id)


@pytest.fixture
def body(event) -> bytes:
    return as_body(event).encode()


@pytest.fixture
def post(browser):
    """``post(body, header)``: what Stripe, or somebody like it, is answered."""

    def send(content, header=None, path=CONNECT, **headers):
        if header is not None:
            headers["Stripe-Signature"] = header
        return browser.post(path, content=content, headers=headers)

    return send


def nothing_happened() -> bool:
    return books.rows(StripeEvent) == []


def test_a_signed_event_is_taken_in_and_rings(post, body, company, rung):
    answer = post(body, signature(body, CONNECT_SECRET))
    assert (answer.status_code, answer.text) == (200, "ok")
    assert [row.type for row in books.rows(StripeEvent)] == ["account.updated"]
    assert rung == [{f"company:{company.id}"}]


def test_each_endpoint_has_a_secret_of_its_own(post, body):
    """Case 20."""
    assert post(body, signature(body, PLATFORM_SECRET)).status_code == 400
    assert post(body, signature(body, CONNECT_SECRET), PLATFORM).status_code == 400
    assert nothing_happened()
    assert post(body, signature(body, PLATFORM_SECRET), PLATFORM).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "v1=",
        "t=1,v1=abc",
        "garbage",
        "t=,v1=,t=",
        "t=999999999999999999999,v1=0",
        "t=1e9,v1=0",
        b"t=1,v1=\xff\xfe",
        b"t=\xb2,v1=0",
    ],
)
def test_an_unsigned_event_is_refused(post, body, header, caplog):
    """Case 20."""
    answer = post(body, header)
    assert (answer.status_code, answer.text) == (400, "The signature is not valid.")
    assert nothing_happened()
    assert CONNECT_SECRET not in caplog.text


def test_a_tampered_event_is_refused(post, event, body):
    """Case 20: one character is enough, also one that JSON would not notice."""
    genuine = signature(body, CONNECT_SECRET)
    for other in (body.replace(b"false", b"true"), body + b" ", b" " + body, body[:-1], b""):
        assert post(other, genuine).status_code == 400
    assert nothing_happened()


def test_a_wrong_or_old_secret_is_refused(post, body):
    """Case 20."""
    assert post(body, signature(body, "whsec_of_somebody_else")).status_code == 400
    assert post(body, signature(body, "")).status_code == 400
    assert nothing_happened()


@pytest.mark.parametrize("unset", ["", "   "])
def test_without_a_secret_the_endpoint_is_off(secrets, post, body, unset):
    """Case 20: off, not open."""
    secrets.setenv("FSM_STRIPE_CONNECT_WEBHOOK_SECRET", unset)
    settings.cache_clear()
    for tried in (unset, CONNECT_SECRET):
        assert post(body, signature(body, tried)).status_code in (400, 503)
    assert nothing_happened()


def test_an_unset_secret_says_that_the_endpoint_is_off(secrets, post, body):
    """Case 20: 503, so that Stripe keeps the event for later."""
    secrets.setenv("FSM_STRIPE_CONNECT_WEBHOOK_SECRET", "")
    settings.cache_clear()
    answer = post(body, signature(body, CONNECT_SECRET))
    assert (answer.status_code, "is off" in answer.text) == (503, True)


@pytest.mark.parametrize(("age", "status"), [(295, 200), (301, 400), (86_400, 400)])
def test_a_captured_delivery_cannot_be_replayed_later(post, body, age, status):
    """Case 21."""
    assert post(body, signature(body, CONNECT_SECRET, at=time.time() - age)).status_code == status


@pytest.mark.parametrize(("ahead", "status"), [(290, 200), (310, 400), (10**9, 400)])
def test_a_delivery_from_the_future_would_stay_replayable(post, body, ahead, status):
    """Case 21: the SDK lets these pass."""
    answer = post(body, signature(body, CONNECT_SECRET, at=time.time() + ahead))
    assert answer.status_code == status


@pytest.mark.parametrize(
    "signed",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"object":"event"}',
        b'{"object":"list","data":[]}',
        b'{"object":"event","id":"","type":"x","created":1,"data":{"object":{}}}',
        b'{"object":"event","id":"e","type":"x","created":"1","data":{"object":{}}}',
        b'{"object":"event","id":"e","type":"x","created":1,"data":[]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 10_000,
        b"\xff\xfe\x00",
    ],
    ids=lambda signed: signed[:30].decode("latin-1"),
)
def test_a_signed_body_that_is_no_event_is_refused(secrets, post, company, signed):
    """Case 22: deep nesting too."""
    assert post(signed, signature(signed, CONNECT_SECRET)).status_code == 400
    assert nothing_happened()


def test_only_posts_are_taken(browser, secrets):
    for path in (CONNECT, PLATFORM):
        assert browser.get(path).status_code == 405
        assert browser.put(path).status_code == 405


def test_a_body_of_fifty_megabytes_is_cut_off_by_the_served_portal(secrets, company):
    """Case 22: as sent by a real client, in pieces and without a length."""
    sent = 0

    def pieces():
        nonlocal sent
        for _ in range(50 * 16):
            sent += 64 * 1024
            yield b"x" * 64 * 1024

    with served(plain_routes()) as address:
        try:
            answer = httpx.post(address + CONNECT, content=pieces(), trust_env=False)
            assert answer.status_code == 413
        except httpx.WriteError:
            pass  # the portal has hung up while we were still talking
    assert sent < 10 * 1024 * 1024
    assert nothing_happened()


# ── When the database cannot ────────────────────────────────────────────────────────────────


@contextmanager
def with_pragma(engine: Engine, pragma: str) -> Iterator[None]:
    """Have every connection of ``engine`` set ``pragma`` first; no other test's afterwards."""
    engine.dispose()

    def prepare(connection, _record):
        connection.execute(f"PRAGMA {pragma}")

    sqlalchemy_event.listen(engine, "connect", prepare)
    try:
        yield
    finally:
        sqlalchemy_event.remove(engine, "connect", prepare)
        engine.dispose()


@pytest.mark.sqlite
def test_a_locked_database_is_waited_for(database, tmp_path, post, body):
    """Case 25: another process holds the lock for a moment."""
    other = sqlite3.connect(tmp_path / "portal.sqlite3", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    threading.Timer(0.3, other.rollback).start()
    assert post(body, signature(body, CONNECT_SECRET)).status_code == 200
    assert time.monotonic() - began > 0.2
    other.close()


@pytest.mark.sqlite
def test_webhooks_that_wait_for_the_database_do_not_hold_up_who_only_reads(
    database, tmp_path, event
):
    """Cases 25 and 41: pages open while a dozen webhooks wait for the lock."""
    other = sqlite3.connect(tmp_path / "portal.sqlite3", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    bodies = [as_body({**event, "id": f"evt_{number}"}).encode() for number in range(12)]
    with (
        served(plain_routes()) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False, verify=False) as client,
        ThreadPoolExecutor(12) as stripe_sends,
    ):

        def post(body: bytes) -> int:
            signed = {"Stripe-Signature": signature(body, CONNECT_SECRET)}
            return client.post(CONNECT, content=body, headers=signed).status_code

        sent = stripe_sends.map(post, bodies)
        time.sleep(0.5)
        answer = client.get("/readyz")
        assert (answer.status_code, nothing_happened()) == (200, True)
        other.rollback()
        assert set(sent) == {200}
    other.close()
    assert len(books.rows(StripeEvent)) == 12


@pytest.mark.sqlite
def test_a_database_that_stays_locked_is_a_503_and_the_retry_succeeds(
    database, tmp_path, post, body, caplog
):
    """Case 25."""
    other = sqlite3.connect(tmp_path / "portal.sqlite3")
    other.execute("BEGIN IMMEDIATE")
    with with_pragma(database, "busy_timeout=50"), caplog.at_level(logging.ERROR):
        assert post(body, signature(body, CONNECT_SECRET)).status_code == 503
    assert "could not be recorded" in caplog.text
    other.rollback()
    other.close()
    assert nothing_happened()
    assert post(body, signature(body, CONNECT_SECRET)).status_code == 200


@pytest.mark.sqlite
def test_a_full_disk_leaves_no_half_row(database, tmp_path, post, event, caplog):
    """Case 46: 503, nothing of the event, and all of it once there is room again."""
    big = as_body({**event, "filler": "x" * 500_000}).encode()
    with sqlite3.connect(tmp_path / "portal.sqlite3") as look:
        (pages,) = look.execute("PRAGMA page_count").fetchone()
    with with_pragma(database, f"max_page_count={pages + 2}"):
        assert post(big, signature(big, CONNECT_SECRET)).status_code == 503
    assert "could not be recorded" in caplog.text
    assert nothing_happened()
    with sqlite3.connect(tmp_path / "portal.sqlite3") as look:
        assert look.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert post(big, signature(big, CONNECT_SECRET)).status_code == 200


# The disk is full at the moment a payment's entries are posted: its event, the payment and its
# allocation are written by then. SQLite really has no page left, PostgreSQL says its own error.
_NO_ROOM = {
    "sqlite": [
        "CREATE TABLE filler (room BLOB)",
        """CREATE TRIGGER no_room BEFORE INSERT ON ledger_entry WHEN NEW.kind = 'payment'
           BEGIN INSERT INTO filler VALUES (zeroblob(4000000)); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
           END $$""",
        """CREATE TRIGGER no_room BEFORE INSERT ON ledger_entry FOR EACH ROW
           WHEN (NEW.kind = 'payment') EXECUTE FUNCTION no_room()""",
    ],
}
_ROOM = {
    "sqlite": ["DROP TRIGGER no_room", "DROP TABLE filler"],
    "postgresql": ["DROP FUNCTION no_room() CASCADE"],
}


@contextmanager
def no_room_for_a_payment(engine: Engine) -> Iterator[None]:
    kind = engine.dialect.name
    _execute(engine, _NO_ROOM[kind])
    full = with_pragma(engine, "max_page_count=900") if kind == "sqlite" else nullcontext()
    try:
        with full:
            yield
    finally:
        _execute(engine, _ROOM[kind])


def _execute(engine: Engine, statements: list[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_disk_that_is_full_in_the_middle_of_a_payment_leaves_nothing_of_it(
    any_database, post, secrets, company, harbor_view, caplog
):
    """Case 46: neither its event nor half of its rows; the log says so; the retry records it."""
    attempt = checkout(write_invoice(company, harbor_view))
    body = as_body(payment_of(attempt)).encode()
    with no_room_for_a_payment(any_database):
        assert post(body, signature(body, CONNECT_SECRET)).status_code == 503
    assert "could not be recorded" in caplog.text
    assert nothing_happened()
    assert books.rows(Payment) == books.rows(PaymentAllocation) == books.rows(OutboxMessage) == []
    assert post(body, signature(body, CONNECT_SECRET)).status_code == 200
    assert books.only_payment().amount == attempt.amount


def test_a_database_that_is_away_is_an_error_stripe_will_retry(postgres_database, post, body):
    """Case 25, on PostgreSQL: every connection is cut, and refused for a while."""
    with outage():
        assert post(body, signature(body, CONNECT_SECRET)).status_code == 503
    assert post(body, signature(body, CONNECT_SECRET)).status_code == 200
    assert [row.event_id for row in books.rows(StripeEvent)] == [json.loads(body)["id"]]
