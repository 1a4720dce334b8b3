"""Work that leaves the process is kept until it is done, and given up in plain sight."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.outbox import OutboxMessage, enqueue
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.outbox import (
    LEASE,
    MAX_ATTEMPTS,
    Done,
    GiveUp,
    Wanted,
    Work,
    claim,
    work_off,
    work_through,
)
from fsm_portal.flows.overview.attention import alerts
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.work_outbox import HANDLERS, work_one
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.flows.stripe_side import deliver
from tests.gateways.mail_server import MailServer, running
from tests.sandbox_process import free_port, pay


def queue(company: Company, key: str, kind: str = "errand") -> None:
    with unit_of_work() as session:
        assert enqueue(session, company.id, kind, key, {})


def message(key: str) -> OutboxMessage:
    (found,) = [each for each in books.rows(OutboxMessage) if each.key == key]
    return found


def shown_to_staff(company: Company) -> list[str]:
    with reading() as session:
        found = alerts(session, session.get_one(Company, company.id))
    return [f"{alert.title}: {alert.text}" for alert in found]


def smtp_port(environment, port: int) -> None:
    environment.setenv("FSM_SMTP_HOST", "127.0.0.1")
    environment.setenv("FSM_SMTP_PORT", str(port))
    settings.cache_clear()


def done(_work: Work) -> frozenset[str]:
    return frozenset({"topic"})


def fails(_work: Work) -> frozenset[str]:
    raise RuntimeError("the other side is on fire")


# ── Kept ────────────────────────────────────────────────────────────────────────────────────


def test_the_same_fact_queues_its_work_once(company):
    queue(company, "receipt:1")
    with unit_of_work() as session:
        assert not enqueue(session, company.id, "errand", "receipt:1", {})
    assert len(books.rows(OutboxMessage)) == 1


def test_work_is_queued_with_its_cause_or_not_at_all(company):
    with pytest.raises(RuntimeError), unit_of_work() as session:
        enqueue(session, company.id, "errand", "receipt:1", {})
        raise RuntimeError("the payment could not be recorded")
    assert books.rows(OutboxMessage) == []


def test_done_work_is_not_done_again(company):
    queue(company, "once")
    assert work_off(claim(), {"errand": done}) == {"topic"}
    assert claim() is None
    assert message("once").settled_at is not None and message("once").dead_reason is None


def test_an_idle_worker_waits_for_no_writer_and_is_in_no_writers_way(company):
    with ThreadPoolExecutor(1) as threads, unit_of_work():
        assert threads.submit(claim).result(5) is None


def test_the_oldest_work_comes_first(clock, company):
    for key in ("first", "second", "third"):
        queue(company, key)
        clock.move(seconds=1)
    assert [claim().key for _ in range(3)] == ["first", "second", "third"]


def test_mail_down_for_six_hours_delays_the_letter_and_nothing_else(
    environment, stripe, payer, company, invoice, clock_ahead
):
    """Case 42: the payment stands, the receipt comes when the server is back."""
    smtp_port(environment, free_port())
    assert pay(start_checkout(payer, invoice.id)).paid
    deliver(*stripe.settled_events())
    for minutes in (0, 1, 2, 5, 10, 20, 40, 80, 120, 160, 200, 240, 280, 320, 360):
        clock_ahead(minutes=minutes)
        work_off_everything()
    assert books.status(invoice) == "Paid"
    waiting = message(f"receipt:{books.only_payment().id}")
    tries = waiting.attempts
    assert waiting.settled_at is None and 6 < tries < MAX_ATTEMPTS
    assert shown_to_staff(company) == []

    with running(MailServer()) as server:
        smtp_port(environment, server.port)
        clock_ahead(hours=12)
        work_off_everything()
    (letter,) = server.letters
    assert letter["Subject"].startswith("Receipt")
    assert message(waiting.key).attempts == tries + 1


def test_pauses_grow_and_patience_lasts_most_of_a_day(clock, company):
    queue(company, "errand")
    begun, gaps = clock.now, []
    while message("errand").settled_at is None:
        work_off(claim(), {"errand": fails})
        gap = message("errand").available_at - clock.now
        gaps.append(gap)
        clock.now = max(clock.now, message("errand").available_at)
    pauses = gaps[:-1]
    assert pauses[0] == timedelta(seconds=5)
    assert pauses == sorted(pauses) and pauses[-1] == timedelta(hours=6)
    assert timedelta(hours=20) < clock.now - begun < timedelta(hours=30)


def test_a_mail_server_that_says_later_is_asked_later(environment, owner, invoice, clock_ahead):
    """Case 42: 4xx is no verdict."""
    send_invoice(owner, invoice.id)
    with running(MailServer(to_letter="451 greylisted")) as server:
        smtp_port(environment, server.port)
        work_off_everything()
        (waiting,) = books.rows(OutboxMessage)
        assert (waiting.settled_at, waiting.attempts) == (None, 1)
        server.to_letter = "250 OK"
        clock_ahead(seconds=6)
        work_off_everything()
        assert len(server.letters) == 1
    (sent,) = books.rows(OutboxMessage)
    assert sent.settled_at is not None and sent.dead_reason is None


# ── Given up ────────────────────────────────────────────────────────────────────────────────


def test_an_address_that_will_never_take_mail_is_shown_to_staff(
    environment, owner, company, invoice
):
    """Case 42: 5xx is a verdict; one try, no more."""
    send_invoice(owner, invoice.id)
    with running(MailServer(to_recipient="550 no such mailbox")) as server:
        smtp_port(environment, server.port)
        topics = work_off_everything()
    assert f"company:{company.id}" in topics
    # Nor could this server be used to tell them by mail.
    (said,) = [each for each in shown_to_staff(company) if not each.startswith("A notice")]
    assert said.startswith("INV-0042 did not reach dana@harborview.example")
    assert "550 no such mailbox" in said


def test_poison_is_given_up_after_its_last_try_and_holds_nobody_up(clock, company):
    """Invariant J: the rest of the queue goes on."""
    queue(company, "poison")
    for number in range(MAX_ATTEMPTS):
        clock.move(hours=7)
        queue(company, f"honest {number}", kind="honest")
        topics: frozenset[str] = frozenset()
        while work := claim():
            topics |= work_off(work, {"errand": fails, "honest": done, "notice": done})
    dead = message("poison")
    assert (dead.attempts, dead.settled_at) == (MAX_ATTEMPTS, clock.now)
    assert "16 attempts: the other side is on fire" in dead.dead_reason
    assert f"company:{company.id}" in topics
    assert "the other side is on fire" in shown_to_staff(company)[0]
    assert all(message(f"honest {number}").settled_at for number in range(MAX_ATTEMPTS))
    clock.move(days=30)
    assert claim() is None


def test_work_that_kills_its_worker_is_given_up_too(clock, company):
    """Case 47: nobody lives to settle it, but each claim is counted."""
    queue(company, "killer")
    for _ in range(MAX_ATTEMPTS):
        assert claim().key == "killer"
        clock.move(seconds=LEASE.total_seconds() + 1)
    topics = work_off(claim(), {"errand": done})
    assert topics == {f"company:{company.id}"}
    assert "never came to an end" in message("killer").dead_reason
    # What is left is word of it to the staff.
    assert claim().kind == "notice"
    assert claim() is None


def test_work_of_an_unknown_kind_is_given_up(company):
    """As after going back to an older version."""
    queue(company, "errand", kind="from the future")
    work_one()
    assert "knows how to do from the future" in message("errand").dead_reason


def test_work_that_says_it_can_never_succeed_is_believed(company):
    def never(_work):
        raise GiveUp("the customer has no address")

    queue(company, "errand")
    work_off(claim(), {"errand": never})
    assert (message("errand").attempts, message("errand").dead_reason) == (
        1,
        "the customer has no address",
    )


@pytest.mark.parametrize("kind", sorted(HANDLERS))
def test_queued_work_without_its_object_is_given_up_or_kept(company, kind):
    """Never lost in silence: either staff see it, or it will be tried again."""
    queue(company, "odd", kind=kind)
    work_one()
    odd = message("odd")
    assert odd.dead_reason or (odd.settled_at is None and odd.attempts == 1)


# ── Leased ──────────────────────────────────────────────────────────────────────────────────


def test_claimed_work_is_nobody_elses_until_the_lease_is_over(any_database, clock, company):
    queue(company, "errand")
    first = claim()
    assert claim() is None
    clock.move(seconds=LEASE.total_seconds() - 1)
    assert claim() is None
    clock.move(seconds=2)
    second = claim()
    assert (second.key, second.attempts) == (first.key, 2)


def test_who_lost_the_lease_settles_nothing(clock, company):
    """A worker that was away too long comes back: the work is another's now."""
    queue(company, "errand")
    late = claim()
    clock.move(seconds=LEASE.total_seconds() + 1)
    present = claim()
    work_off(late, {"errand": fails})
    assert message("errand").lease == present.lease
    work_off(late, {"errand": done})
    assert message("errand").settled_at is None
    work_off(present, {"errand": done})
    assert message("errand").settled_at == clock.now


# ── One after the other ─────────────────────────────────────────────────────────────────────


def test_the_next_is_claimed_with_the_end_of_the_last(any_database, company):
    """Invariant D: nothing is settled without its note, nothing is held that nobody works on."""
    for key in ("first", "second", "third"):
        queue(company, key)
    working = work_through(Wanted(), {"errand": done}, lambda: False)
    assert next(working) == {"topic"}
    held = [(each.settled_at is not None, each.attempts) for each in books.rows(OutboxMessage)]
    assert sorted(held) == [(False, 0), (False, 1), (True, 1)]
    assert list(working) == [{"topic"}] * 2
    assert all(each.settled_at for each in books.rows(OutboxMessage))


def test_whoever_is_told_to_stop_claims_no_more(company):
    queue(company, "first")
    queue(company, "second")
    told = iter([False, True])
    assert list(work_through(Wanted(), {"errand": done}, lambda: next(told))) == [{"topic"}]
    assert claim().attempts == 1
    assert list(work_through(Wanted(), {"errand": done}, lambda: True)) == []


def test_an_end_that_cannot_be_noted_is_none_and_claims_nothing(clock, company):
    """Case 42: the letter is out, the database went away: it goes again, the next one waits."""

    def away(_connection):
        raise RuntimeError("the database went away")

    queue(company, "first")
    clock.move(seconds=1)
    queue(company, "second")
    working = work_through(Wanted(), {"errand": lambda _: Done(frozenset(), away)}, lambda: False)
    with pytest.raises(RuntimeError):
        next(working)
    assert (message("first").settled_at, message("second").attempts) == (None, 0)
