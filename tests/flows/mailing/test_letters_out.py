"""What a customer's letters have in common: whom they reach, how often, and what they follow."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.mail_address import HeldAddress, HeldBack
from fsm_portal.domain.mail_text import MailText, TextKind
from fsm_portal.domain.outbox import MAIL_KINDS, OutboxMessage, WorkKind, enqueue
from fsm_portal.domain.sent_letter import SentLetter
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.mailing import outbox_mail, post_office
from fsm_portal.flows.mailing.post_office import DAILY, OFTEN, first_letter_about, may_write_to
from fsm_portal.flows.outbox import Done, GiveUp, PutOff, Work, claim, work_off
from fsm_portal.flows.overview.attention import _WHAT_FAILED
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.reconciliation.given_up import _NAMES
from fsm_portal.flows.reminding.remind import remind_of_invoice
from fsm_portal.flows.work_outbox import HANDLERS
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.flows.refunds import ask, paid
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay, pay_by_bank

FAILS = "000222222227"


def sent_before(company, address, count, *, ago=timedelta(), kind=WorkKind.RECEIPT_MAIL):
    with unit_of_work() as session:
        for number in range(count):
            session.add(
                SentLetter(
                    company_id=company.id,
                    key=f"{kind}:{ago}:{number}",
                    kind=kind,
                    message_hash=f"{number:040x}",
                    address=address,
                    sent_at=now() - ago,
                )
            )


def work_for(company, kind=WorkKind.RECEIPT_MAIL):
    return Work(company.id, "k", kind, {}, 1, "lease")


def asked(work, address):
    with reading() as session:
        may_write_to(session, work, address)


# ── One conversation ────────────────────────────────────────────────────────────────────────


def test_all_letters_about_an_invoice_follow_the_first_of_them(
    stripe, owner, payer, company, invoice, postbox
):
    send_invoice(owner, invoice.id)
    work_off_everything()
    payment = paid(stripe, payer, invoice)
    ask(owner, payment, "80.00")
    work_off_everything()
    deliver(*stripe.events())
    work_off_everything()
    first, *later = [postbox.headers(each) for each in postbox.letters("dana@harborview.example")]
    assert len(later) == 2
    assert {each["In-Reply-To"] for each in later} == {first["Message-ID"]}
    assert len({first["Message-ID"], *(each["Message-ID"] for each in later)}) == 3
    with reading() as session:
        assert first_letter_about(session, company.id, invoice.id).startswith("invoice-mail:")


def test_a_refund_brings_its_document(stripe, owner, payer, invoice, postbox):
    payment = paid(stripe, payer, invoice)
    ask(owner, payment, "80.00")
    work_off_everything()
    (letter,) = [each for each in postbox.letters() if "Refund" in each["subject"]]
    assert postbox.attachment(letter).startswith(b"%PDF-")
    # And the credit note that goes with it, which who deducted the tax has to be given.
    attached = [part.get_filename() for part in postbox.headers(letter).iter_attachments()]
    assert [name.split()[0] for name in attached] == ["Refund", "CN-0001.pdf"]


def test_sent_is_noted_with_the_end_of_its_work_or_not_at_all(owner, invoice, postbox, monkeypatch):
    """Case 42: whoever dies between the two has noted nothing, and the letter goes again."""
    send_invoice(owner, invoice.id)
    work = claim()
    done = HANDLERS[work.kind](work)
    assert isinstance(done, Done) and done.note is not None
    assert books.rows(SentLetter) == []
    work_off(work, {work.kind: lambda _: done})
    (sent,) = books.rows(SentLetter)
    assert (sent.key, sent.address, sent.invoice_id) == (
        work.key,
        "dana@harborview.example",
        invoice.id,
    )
    (message,) = books.rows(OutboxMessage)
    assert message.settled_at is not None


# ── In the customer's language ──────────────────────────────────────────────────────────────


def test_the_letter_is_in_the_language_of_its_reader(owner, dana, invoice, postbox):
    with unit_of_work() as session:
        session.get_one(Customer, (dana.company_id, dana.id)).locale = "de_DE"
    send_invoice(owner, invoice.id)
    work_off_everything()
    letter = postbox.only_letter()
    assert letter["subject"].startswith("Rechnung INV-0042 von Bright Heating Co.")
    assert "280,00" in letter["subject"]


def test_the_company_s_own_words_are_for_readers_of_their_language(
    owner, company, dana, invoice, postbox
):
    with unit_of_work() as session:
        for language, words in (("en", "Your boiler is warm."), ("de", "Ihr Kessel ist warm.")):
            session.add(
                MailText(
                    company_id=company.id, kind=TextKind.INVOICE, language=language, words=words
                )
            )
    send_invoice(owner, invoice.id)
    work_off_everything()
    assert "Your boiler is warm." in postbox.only_letter()["text"]


# ── A payment that failed later ─────────────────────────────────────────────────────────────


def test_a_bank_debit_that_comes_back_is_told_to_its_customer_once(
    stripe, payer, invoice, postbox, clock_ahead
):
    url = start_checkout(payer, invoice.id)
    assert pay_by_bank(url, FAILS)
    deliver(*stripe.events())
    clock_ahead(minutes=2)
    work_off_everything()
    assert postbox.letters("dana@harborview.example") == []
    stripe.days_later()
    deliver(*stripe.events())
    deliver(*stripe.events())
    clock_ahead(minutes=4)
    work_off_everything()
    (letter,) = postbox.letters("dana@harborview.example")
    assert letter["subject"].startswith("Your payment of $280.00 to Bright Heating Co. did not")
    assert "Bank debit ending 2227" in letter["text"]
    assert f"/portal/invoices/{invoice.id}/" in letter["text"]


def test_a_card_refused_on_the_page_is_told_there_and_nowhere_else(
    stripe, payer, invoice, postbox, clock_ahead
):
    pay(start_checkout(payer, invoice.id), "4000000000000002")
    deliver(*stripe.events())
    clock_ahead(minutes=30)
    work_off_everything()
    assert postbox.letters("dana@harborview.example") == []


def test_what_was_paid_otherwise_meanwhile_is_not_asked_for(
    stripe, payer, invoice, postbox, clock_ahead, part_payment
):
    assert pay_by_bank(start_checkout(payer, invoice.id), FAILS)
    deliver(*stripe.events())
    stripe.days_later()
    deliver(*stripe.events())
    part_payment(invoice, 28_000)
    clock_ahead(minutes=4)
    work_off_everything()
    assert postbox.letters("dana@harborview.example") == []


# ── A mailbox is spared ─────────────────────────────────────────────────────────────────────


def test_one_address_gets_so_many_letters_and_the_next_one_waits(company, clock):
    sent_before(company, "dana@harborview.example", OFTEN - 1)
    asked(work_for(company), "dana@harborview.example")
    sent_before(company, "dana@harborview.example", 1, ago=timedelta(minutes=4))
    with pytest.raises(PutOff) as waits:
        asked(work_for(company), "Dana@HarborView.example")
    assert waits.value.until == now() + timedelta(minutes=6)
    asked(work_for(company), "kim@harborview.example")


def test_nobody_gets_more_than_a_days_share(company, clock):
    sent_before(company, "dana@harborview.example", DAILY, ago=timedelta(hours=20))
    with pytest.raises(PutOff) as waits:
        asked(work_for(company), "dana@harborview.example")
    assert waits.value.until == now() + timedelta(hours=4)


def test_letters_asked_for_at_the_door_have_limits_of_their_own(company, clock):
    """Case 51 counts those; here they neither wait nor make others wait."""
    sent_before(company, "dana@harborview.example", DAILY, kind=WorkKind.SIGN_IN_MAIL)
    asked(work_for(company), "dana@harborview.example")
    sent_before(company, "dana@harborview.example", DAILY)
    asked(work_for(company, WorkKind.SIGN_IN_MAIL), "dana@harborview.example")


def test_another_company_s_letters_are_not_counted(company, other_company, clock):
    sent_before(other_company, "dana@harborview.example", DAILY)
    asked(work_for(company), "dana@harborview.example")


def test_what_is_put_off_waits_without_an_attempt_and_leaves_then(
    owner, company, invoice, postbox, clock_ahead
):
    sent_before(company, "dana@harborview.example", OFTEN)
    send_invoice(owner, invoice.id)
    work_off_everything()
    assert postbox.letters() == []
    (waiting,) = books.rows(OutboxMessage)
    assert (waiting.attempts, waiting.settled_at, waiting.dead_reason) == (0, None, None)
    clock_ahead(minutes=11)
    work_off_everything()
    assert postbox.only_letter()


def written_at_once(monkeypatch, owner, company, dana, postbox) -> int:
    """One short of the limit, three letters to the same mailbox are claimed before either is asked
    after, and asked after before either is noted. How many arrive."""
    sent_before(company, "dana@harborview.example", OFTEN - 1)
    for number in range(3):
        send_invoice(owner, write_invoice(company, dana, number=f"INV-{number}").id)
    claimed = [work for _ in range(3) if (work := claim(only=MAIL_KINDS))]
    assert len(claimed) == 3
    asked_after = Barrier(3)
    ask = outbox_mail.may_write_to

    def ask_together(*about):
        try:
            ask(*about)
        finally:
            with suppress(BrokenBarrierError):
                # On SQLite one writes at a time: the others have asked before it, or ask behind it.
                asked_after.wait(0.2)

    with monkeypatch.context() as together, ThreadPoolExecutor(3) as threads:
        together.setattr(outbox_mail, "may_write_to", ask_together)
        list(threads.map(lambda work: work_off(work, HANDLERS), claimed))
    return len(postbox.letters("dana@harborview.example"))


def test_letters_that_are_written_at_once_do_not_pass_the_limit_together(
    any_database, monkeypatch, owner, company, dana, postbox, clock_ahead
):
    assert written_at_once(monkeypatch, owner, company, dana, postbox) <= 1
    for seconds in (2, 4, 8):
        clock_ahead(seconds=seconds)
        work_off_everything()
    # The last that there was room for has left by itself; the others wait their ten minutes.
    assert len(postbox.letters("dana@harborview.example")) == 1
    clock_ahead(minutes=11)
    work_off_everything()
    assert len(postbox.letters("dana@harborview.example")) == 3


def test_control_without_looking_at_each_other_they_pass_it(
    any_database, monkeypatch, owner, company, dana, postbox
):
    monkeypatch.setattr(post_office, "_is_written_to", lambda *_: False)
    assert written_at_once(monkeypatch, owner, company, dana, postbox) == 3


def test_of_those_written_at_once_each_waits_for_the_ones_before_it(company, clock):
    """All for as long, they would meet again and again."""
    sent_before(company, "dana@harborview.example", OFTEN - 1)
    with unit_of_work() as session:
        for number in range(3):
            enqueue(session, company.id, WorkKind.RECEIPT_MAIL, f"receipt:{number}", {})
    waits = {}
    for work in [claim(), claim(), claim()]:
        with pytest.raises(PutOff) as put_off:
            asked(work, "dana@harborview.example")
        waits[work.key] = (put_off.value.until - clock.now).total_seconds()
    assert waits == {"receipt:0": 1, "receipt:1": 2, "receipt:2": 3}


def test_a_bulk_of_letters_that_go_elsewhere_is_not_looked_at(company, clock):
    """Nobody waits for a letter that is being written to another mailbox, far from the limit."""
    sent_before(company, "dana@harborview.example", OFTEN - 5)
    with unit_of_work() as session:
        for number in range(4):
            enqueue(session, company.id, WorkKind.RECEIPT_MAIL, f"receipt:{number}", {})
    for _ in range(4):
        assert claim()
    asked(work_for(company), "dana@harborview.example")
    asked(work_for(company), "kim@harborview.example")


def test_an_address_held_back_gets_nothing_but_what_it_asks_for(company, clock):
    with unit_of_work() as session:
        session.add(
            HeldAddress(
                company_id=company.id,
                address="dana@harborview.example",
                why=HeldBack.BOUNCE,
                said="550 5.1.1 no such user",
                letter_key="k",
            )
        )
    with pytest.raises(GiveUp, match=r"refused an earlier letter for good: 550 5\.1\.1"):
        asked(work_for(company), "Dana@harborview.example")
    asked(work_for(company, WorkKind.SIGN_IN_MAIL), "dana@harborview.example")


# ── Whatever can fail has a name ────────────────────────────────────────────────────────────


def test_every_kind_of_work_has_its_hands_and_its_names():
    assert set(HANDLERS) == set(WorkKind) == set(_NAMES) == set(_WHAT_FAILED)
    assert {kind for kind in WorkKind if kind.endswith("_mail")} == MAIL_KINDS


def test_reminders_are_letters_like_any_other(owner, company, invoice, postbox, clock_ahead):
    send_invoice(owner, invoice.id)
    work_off_everything()
    clock_ahead(days=400)
    remind_of_invoice(owner, invoice.id)
    work_off_everything()
    first, reminder = postbox.letters("dana@harborview.example")
    assert postbox.headers(reminder)["In-Reply-To"] == postbox.headers(first)["Message-ID"]


def test_the_same_key_is_one_letter(company):
    with unit_of_work() as session:
        assert enqueue(session, company.id, WorkKind.FAILED_MAIL, "failed-mail:1", {})
        assert not enqueue(session, company.id, WorkKind.FAILED_MAIL, "failed-mail:1", {})
