"""Notices: what needs a hand reaches each member of staff it concerns, on screen and by mail."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.outbox import OutboxMessage, WorkKind, enqueue
from fsm_portal.domain.payment import BroughtBy, FailedPayment
from fsm_portal.domain.role import Role
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.noticing.latest import read_the_latest
from fsm_portal.flows.noticing.own import choose_mail, read_up_to
from fsm_portal.flows.noticing.show import show_notices
from fsm_portal.flows.noticing.tell import tell_staff
from fsm_portal.flows.outbox import LEASE, GiveUp, Work, claim, work_off
from fsm_portal.flows.reconciliation.given_up import try_again
from fsm_portal.flows.recorder import record_fact
from fsm_portal.flows.settings.disconnect_stripe import disconnect_stripe
from fsm_portal.flows.work_outbox import HANDLERS, work_one
from fsm_portal.gateways.stripe_facts import AccountDeauthorized, PaymentFailed
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.postbox import work_off_everything
from tests.invoices import write_invoice
from tests.payments import checkout, received


def member(company, role: Role, **changes) -> Staff:
    return cast.save(
        cast.tom(company, role=role, email=f"{role.value}@brightheating.example", **changes)
    )


@pytest.fixture
def team(company, maya):
    """Maya owns the place; Lena is in the office, Tom a technician, one was deactivated and one is
    invited and has not come yet."""
    lena = member(company, Role.OFFICE, name="Lena Park")
    member(company, Role.TECHNICIAN)
    cast.save(cast.tom(company, role=Role.ADMIN, email="gone@x.example", deactivated_at=now()))
    cast.save(cast.tom(company, role=Role.ADMIN, email="new@x.example", invited_at=now()))
    return staff_identity(maya), staff_identity(lena)


def refused(attempt, source: str = "ch_1", at: datetime | None = None) -> None:
    """The attempt's card was refused."""
    fact = PaymentFailed(
        source_id=source,
        payment_intent_id="pi_1",
        amount=attempt.amount,
        currency=attempt.currency,
        code="insufficient_funds",
        message="",
        attempt_id=attempt.id,
        occurred_at=at or now(),
        method="visa",
        last4="0002",
    )
    with unit_of_work() as session:
        record_fact(session.connection(), attempt.company_id, fact, BroughtBy.WEBHOOK)


def receivers(postbox) -> list[str]:
    return sorted(letter["to"] for letter in postbox.letters())


def rows_of(who) -> list[tuple[str, str]]:
    return [(row.title, row.to) for row in show_notices(who.scope).rows]


def test_a_failed_payment_reaches_the_office_by_mail_after_ten_minutes(
    team, company, invoice, clock, postbox
):
    refused(checkout(invoice))
    owner, lena = team
    told = ("Harbor View Apartments could not pay $280.00", f"/dashboard/invoices/{invoice.id}/")
    assert rows_of(owner) == rows_of(lena) == [told]
    work_off_everything()
    assert receivers(postbox) == []
    clock.move(minutes=11)
    work_off_everything()
    work_off_everything()
    assert receivers(postbox) == ["maya@brightheating.example", "office@brightheating.example"]
    letter = postbox.letters()[0]
    assert letter["subject"] == "Harbor View Apartments could not pay $280.00"
    assert "Not enough money in the account. Invoice INV-0042." in letter["text"]
    assert f"/dashboard/invoices/{invoice.id}/" in letter["text"]
    assert "/dashboard/settings/notifications/" in letter["text"]


def test_whoever_pays_with_the_next_card_is_no_notice(team, invoice, clock, postbox):
    attempt = checkout(invoice)
    refused(attempt)
    received(attempt)
    clock.move(minutes=11)
    work_off_everything()
    assert [each for each in receivers(postbox) if "brightheating" in each] == []
    assert rows_of(team[0]) == []


def test_five_refusals_at_one_checkout_are_one_notice(team, invoice, clock, postbox):
    """Case 15's kind: deduplicated by the press of Pay, not by the card."""
    attempt = checkout(invoice)
    for number in range(5):
        refused(attempt, f"ch_{number}")
    clock.move(minutes=11)
    work_off_everything()
    assert len(receivers(postbox)) == 2
    assert len(rows_of(team[0])) == 1


def test_a_dispute_is_told_with_what_to_do(
    at_stripe, stripe, sandbox, team, company, payer, invoice, postbox
):
    from tests.flows.refunds import paid
    from tests.flows.stripe_side import deliver

    payment = paid(stripe, payer, invoice)
    sandbox.open_dispute(payment.charge_id)
    deliver(*stripe.events())
    deliver(*stripe.events())
    work_off_everything()
    told = [each for each in postbox.letters() if "brightheating" in each["to"]]
    assert sorted(each["to"] for each in told) == [
        "maya@brightheating.example",
        "office@brightheating.example",
    ]
    assert "Stripe’s dashboard" in told[0]["text"]
    ((title, to),) = rows_of(team[0])
    assert "disputes $280.00" in title
    assert to == f"/dashboard/invoices/{invoice.id}/"


def deauthorized(company) -> None:
    with unit_of_work() as session:
        fact = AccountDeauthorized(occurred_at=now())
        record_fact(session.connection(), company.id, fact, BroughtBy.WEBHOOK)


def test_case_27_a_deauthorised_account_reaches_whoever_can_connect_it_again(
    team, company, postbox
):
    deauthorized(company)
    work_off_everything()
    assert receivers(postbox) == ["maya@brightheating.example"]
    owner, lena = team
    assert rows_of(owner)[0][1] == "/dashboard/settings/payment-processing/"
    assert rows_of(lena) == []


def test_whoever_disconnects_it_here_is_not_told_of_it_by_mail(
    at_stripe, stripe, team, company, postbox
):
    disconnect_stripe(team[0])
    deauthorized(company)
    work_off_everything()
    assert receivers(postbox) == []


def doomed(company, key: str = "letter:1", kind: WorkKind = WorkKind.RECEIPT_MAIL) -> None:
    """Work that is given up at once."""
    with unit_of_work() as session:
        enqueue(session, company.id, kind, key, {"payment_id": "x"})
    given_up(claim())


def given_up(work: Work | None) -> None:
    def fail(work):
        raise GiveUp("the mail server refused the letter: 550 no such mailbox")

    assert work is not None
    work_off(work, {work.kind: fail})


def test_mail_that_was_given_up_reaches_the_office(team, company, postbox):
    doomed(company)
    work_off_everything()
    assert len(receivers(postbox)) == 2
    assert "550 no such mailbox" in postbox.letters()[0]["text"]
    assert rows_of(team[0]) == [("A receipt could not be mailed", "/dashboard/reconciliation/")]


def test_however_much_was_given_up_it_is_read_at_once(any_database, team, company, dana):
    owner, _ = team
    asked: list[str] = []
    event.listen(any_database, "before_cursor_execute", lambda *said: asked.append(said[2]))
    statements = []
    for number in ("INV-0042", "INV-0043", "INV-0044"):
        send_invoice(owner, write_invoice(company, dana, number=number).id)
        given_up(claim(only=frozenset({WorkKind.INVOICE_MAIL})))
        asked.clear()
        shown = rows_of(owner)
        statements.append(len(asked))
    assert [title for title, _ in shown] == [
        f"{number} did not reach dana@harborview.example"
        for number in ("INV-0044", "INV-0043", "INV-0042")
    ]
    assert len(set(statements)) == 1


@pytest.mark.parametrize("kind", [WorkKind.SIGN_IN_MAIL, WorkKind.NOTICE_MAIL])
def test_what_strangers_ask_for_and_mail_to_staff_make_no_more_mail(team, company, postbox, kind):
    doomed(company, kind=kind)
    assert work_one() is None


# ── Once, and only who wants it ─────────────────────────────────────────────────────────────────


def at_once(what, times: int = 4) -> None:
    threads = [threading.Thread(target=what) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def letters_queued() -> int:
    with reading() as session:
        kind = WorkKind.NOTICE_MAIL
        return len(session.exec(select(OutboxMessage).where(OutboxMessage.kind == kind)).all())


def test_four_workers_that_tell_of_the_same_fact_queue_one_letter_for_each(
    any_database, team, company
):
    """Invariant D: a lease that ran out is a second worker on the same work."""
    deauthorized(company)
    doomed_fact = claim(only=frozenset({WorkKind.NOTICE}))
    assert doomed_fact is not None
    at_once(lambda: HANDLERS[WorkKind.NOTICE](doomed_fact))
    assert letters_queued() == 1


def test_control_without_a_key_of_fact_and_person_each_queues_its_own(
    any_database, team, company, monkeypatch
):
    from fsm_portal.domain.ids import new_id
    from fsm_portal.flows.noticing import mail_notice

    deauthorized(company)
    work = claim(only=frozenset({WorkKind.NOTICE}))
    monkeypatch.setattr(mail_notice, "name_of", lambda *_: new_id())
    at_once(lambda: HANDLERS[WorkKind.NOTICE](work))
    assert letters_queued() == 4


def test_told_again_by_a_retry_or_a_sweep_it_is_still_once(team, company, postbox):
    doomed(company)
    (at,) = [each.settled_at for each in books.rows(OutboxMessage) if each.key == "letter:1"]
    for _ in range(3):
        with unit_of_work() as session:
            tell_staff(session, company.id, NoticeKind.UNDELIVERED, "letter:1", at.isoformat())
        work_off_everything()
    assert len(receivers(postbox)) == 2


def test_what_is_tried_again_and_given_up_again_is_told_again(team, company, clock, postbox):
    owner, _ = team
    doomed(company)
    work_off_everything()
    clock.move(minutes=5)
    assert try_again(owner, "letter:1")
    given_up(claim())
    work_off_everything()
    assert len(receivers(postbox)) == 4


def test_who_lost_the_lease_tells_nobody_and_leaves_the_word_to_its_holder(
    team, company, clock, postbox
):
    with unit_of_work() as session:
        enqueue(session, company.id, WorkKind.RECEIPT_MAIL, "letter:1", {"payment_id": "x"})
    late = claim()
    clock.move(seconds=LEASE.total_seconds() + 1)
    present = claim()
    given_up(late)
    assert [each.kind for each in books.rows(OutboxMessage)] == [WorkKind.RECEIPT_MAIL]
    given_up(present)
    work_off_everything()
    assert len(receivers(postbox)) == 2


def test_what_somebody_muted_is_not_mailed_and_shown_all_the_same(team, company, postbox):
    _, lena = team
    choose_mail(lena, ["dispute", "failed_payment"])
    doomed(company)
    work_off_everything()
    assert receivers(postbox) == ["maya@brightheating.example"]
    assert len(rows_of(lena)) == 1
    choose_mail(lena, ["undelivered"])
    doomed(company, "letter:2")
    work_off_everything()
    assert len(receivers(postbox)) == 3


def test_old_news_that_comes_late_is_shown_and_not_mailed(team, company, invoice, clock, postbox):
    """A first sweep brings a month of failures."""
    refused(checkout(invoice), at=now() - timedelta(days=9))
    with unit_of_work() as session:
        failed = session.exec(select(FailedPayment)).one()
        failed.recorded_at = now() - timedelta(days=4)
        session.add(failed)
    clock.move(minutes=11)
    work_off_everything()
    assert receivers(postbox) == []
    assert len(rows_of(team[0])) == 1


def test_a_new_role_or_none_ends_the_mail_that_is_on_its_way(team, company, invoice, postbox):
    doomed(company)
    assert work_one() is not None  # queued for both
    with unit_of_work() as session:
        lena = session.exec(select(Staff).where(Staff.role == Role.OFFICE)).one()
        lena.role = Role.TECHNICIAN
        session.add(lena)
    work_off_everything()
    assert receivers(postbox) == ["maya@brightheating.example"]


def test_what_one_has_read_is_their_own(team, company, clock):
    owner, lena = team
    doomed(company)
    assert read_up_to(owner) == 0
    first = read_the_latest(owner)
    assert (first.before, first.now) == (0, show_notices(owner.scope).desk.notices[0])
    assert read_up_to(owner) == first.now
    assert read_up_to(lena) == 0
    clock.move(minutes=1)
    doomed(company, "letter:2")
    times = show_notices(owner.scope).desk.notices
    assert sum(at > read_up_to(owner) for at in times) == 1


def test_a_technician_and_another_company_are_told_nothing(
    team, company, other_company, invoice, postbox
):
    priya = staff_identity(cast.save(cast.priya(other_company)))
    doomed(company)
    work_off_everything()
    technician = Scope("staff", company.id, None, Role.TECHNICIAN)
    view = show_notices(technician)
    assert (view.allowed, view.rows, view.desk.notices) == (False, (), ())
    assert rows_of(priya) == []
    assert show_notices(priya.scope).desk.notices == ()
    assert "priya@clearwater.example" not in receivers(postbox)


def test_connected_again_the_notice_is_gone(team, company):
    deauthorized(company)
    assert len(rows_of(team[0])) == 1
    with unit_of_work() as session:
        row = session.get_one(Company, company.id)
        row.stripe_deauthorized_at = None
        session.add(row)
    assert rows_of(team[0]) == []
