"""What nobody needs any more goes, what somebody may ask for stays."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.import_run import ImportRun
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.outbox import OutboxMessage, WorkKind, enqueue
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows import prune as flow
from fsm_portal.flows.from_stripe.receive_stripe_event import take_in
from fsm_portal.flows.importing.uploads import keep_file
from fsm_portal.flows.prune import Pruned, prune
from fsm_portal.flows.signing_up.forget import forget_unconfirmed
from fsm_portal.gateways.stripe_facts import Event
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity


@pytest.fixture
def age(any_database, company, clock):
    """``age(days=1)`` is the moment so long ago."""
    return lambda **by: clock.now - timedelta(**by)


def note(company, key: str, settled_at=None, dead: str | None = None, kind="receipt_mail") -> None:
    cast.save(
        OutboxMessage(
            company_id=company.id,
            key=key,
            kind=kind,
            payload="{}",
            settled_at=settled_at,
            dead_reason=dead,
        )
    )


def link(company, staff, expires_at) -> LoginLink:
    return cast.save(
        LoginLink(
            company_id=company.id,
            token_hash=f"{len(books.rows(LoginLink)):064}",
            purpose=Purpose.REQUESTED,
            staff_id=staff.id,
            created_at=expires_at,
            expires_at=expires_at,
        )
    )


def sign_in(company, staff, through: LoginLink, expires_at, ended_at=None) -> LoginSession:
    return cast.save(
        LoginSession(
            company_id=company.id,
            link_id=through.id,
            staff_id=staff.id,
            expires_at=expires_at,
            ended_at=ended_at,
        )
    )


def stripe_event(company, event_id: str, received_at, outcome: Outcome) -> None:
    cast.save(
        StripeEvent(
            account_id="acct_1",
            event_id=event_id,
            company_id=company.id,
            type="charge.succeeded",
            created_at=received_at,
            payload="the whole text",
            outcome=outcome,
            received_at=received_at,
        )
    )


def test_work_that_was_done_long_ago_goes_and_what_was_given_up_stays(age, company):
    note(company, "long done", age(days=90, seconds=1))
    note(company, "done lately", age(days=89))
    note(company, "given up", age(days=900), dead="the address does not exist")
    note(company, "a refund", age(days=900), kind=WorkKind.REFUND)
    note(company, "still waiting")
    assert prune() == Pruned(outbox=1)
    assert {each.key for each in books.rows(OutboxMessage)} == {
        "done lately",
        "given up",
        "a refund",
        "still waiting",
    }


def test_sign_ins_that_are_over_go_and_their_links_after_them(age, company, maya):
    """A link outlives the sign-in that it was used for: the row of that one names it."""
    old, used, young = (link(company, maya, age(days=days)) for days in (181, 200, 179))
    kept = sign_in(company, maya, used, expires_at=age(days=89))
    sign_in(company, maya, young, expires_at=age(days=-20), ended_at=age(days=91))
    assert prune() == Pruned(sessions=1, links=1)
    assert {each.id for each in books.rows(LoginLink)} == {used.id, young.id}
    assert old.id not in {used.id, young.id}
    assert [each.id for each in books.rows(LoginSession)] == [kept.id]


def test_whoever_is_signed_in_stays_signed_in(age, company, maya):
    through = link(company, maya, age(days=400))
    sign_in(company, maya, through, expires_at=age(days=-1))
    assert prune() == Pruned()


def test_of_events_the_text_goes_and_the_id_stays(age, company):
    for outcome in Outcome:
        stripe_event(company, f"evt_old_{outcome}", age(days=91), outcome)
        stripe_event(company, f"evt_{outcome}", age(days=89), outcome)
    assert prune() == Pruned(event_texts=2)
    assert prune() == Pruned()
    emptied = {each.event_id for each in books.rows(StripeEvent) if not each.payload}
    assert emptied == {"evt_old_recorded", "evt_old_ignored"}
    assert len(books.rows(StripeEvent)) == 2 * len(Outcome)


def test_an_event_without_its_text_is_still_a_duplicate(age, company):
    """Invariant D."""
    stripe_event(company, "evt_1", age(days=91), Outcome.RECORDED)
    prune()
    again = Event(
        "evt_1", "acct_1", "charge.succeeded", age(days=91), False, "the whole text", None
    )
    with unit_of_work() as session:
        take_in(session.connection(), again, BroughtBy.SWEEP)
    (row,) = books.rows(StripeEvent)
    assert (row.payload, row.outcome) == ("", Outcome.RECORDED)


def test_what_the_sweep_may_meet_again_is_always_kept(environment):
    for days, is_right in (("34", False), ("35", True)):
        environment.setenv("FSM_KEEP_EVENT_DAYS", days)
        settings.cache_clear()
        if is_right:
            assert settings().keep_event_days == 35
        else:
            with pytest.raises(ValueError, match="FSM_KEEP_EVENT_DAYS"):
                settings()


def test_the_periods_are_the_installations_own(age, company, environment):
    note(company, "done", age(days=8))
    environment.setenv("FSM_KEEP_OUTBOX_DAYS", "7")
    settings.cache_clear()
    assert prune() == Pruned(outbox=1)


def test_many_rows_go_in_short_units_of_work(age, company, monkeypatch):
    monkeypatch.setattr(flow, "BATCH", 10)
    with unit_of_work() as session:
        for number in range(37):
            enqueue(session, company.id, WorkKind.FEES, f"fees:{number}", {})
    with unit_of_work() as session:
        for message in books.rows(OutboxMessage, session):
            message.settled_at = age(days=100)
    note(company, "fees:10000", age(days=1))
    commits = []

    @event.listens_for(db.engine(), "commit")
    def _count(connection) -> None:
        # What is only looked up ends with one too.
        if connection.get_execution_options().get("writing"):
            commits.append(connection)

    assert prune() == Pruned(outbox=37)
    assert len(commits) == 4
    assert [each.key for each in books.rows(OutboxMessage)] == ["fees:10000"]


def test_told_to_stop_it_leaves_the_rest_for_the_next_time(age, company, monkeypatch):
    monkeypatch.setattr(flow, "BATCH", 1)
    for number in range(3):
        note(company, f"receipt:{number}", age(days=100))
    answers = iter([False, *[True] * 20])
    assert prune(lambda: next(answers)) == Pruned(outbox=1)
    assert prune() == Pruned(outbox=2)


def test_two_at_once_forget_a_sign_up_once(age, company):
    """Both found it; the second comes to it when it is gone."""
    gone = cast.clearwater_plumbing()
    gone.signed_up_at = age(days=8)
    cast.save(gone)
    rounds = []

    def meanwhile() -> bool:
        if not rounds:
            rounds.append(0)
            rounds[0] = forget_unconfirmed()
        return False

    assert forget_unconfirmed(meanwhile) == 0
    assert rounds == [1]


def test_files_that_staff_uploaded_go_after_a_week_whoever_uploads_then(age, company, maya):
    """They name people."""
    who = staff_identity(maya)
    for days in (8, 6):
        run_id = keep_file(who, "customers", f"{days}.csv", b"Name\nAsh\n")
        with unit_of_work() as session:
            session.get_one(ImportRun, (company.id, run_id)).uploaded_at = age(days=days)
    assert prune().uploads == 1
    assert [each.file_name for each in books.rows(ImportRun)] == ["6.csv"]
