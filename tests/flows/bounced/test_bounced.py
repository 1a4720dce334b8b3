"""A letter that comes back is shown as one that did not arrive, and its address is left alone."""

import pytest

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.mail_address import HeldAddress, HeldBack
from fsm_portal.domain.outbox import OutboxMessage, WorkKind
from fsm_portal.domain.sent_letter import SentLetter
from fsm_portal.flows.bounced.read_box import read_bounces
from fsm_portal.flows.bounced.record import record_reports
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.overview.attention import alerts
from fsm_portal.flows.reconciliation.given_up import try_again
from fsm_portal.gateways.bounce_box import BoxUnavailable
from fsm_portal.gateways.bounces import Report
from fsm_portal.gateways.mail_message import message_hash
from tests.flows import books
from tests.flows.imap_server import Mailbox, serving
from tests.flows.postbox import work_off_everything
from tests.gateways.reports import complaint, dsn, holiday_note

DANA = "dana@harborview.example"


@pytest.fixture
def sent(owner, invoice, postbox):
    """The invoice's letter, which has left."""
    send_invoice(owner, invoice.id)
    work_off_everything()
    (letter,) = books.rows(SentLetter)
    return letter


def bounced(sent, **more):
    return Report(sent.message_hash, DANA, **({"gone": True, "said": "no such user"} | more))


def shown(company):
    with reading() as session:
        found = alerts(session, session.get_one(Company, company.id))
    return [f"{alert.title}: {alert.text}" for alert in found]


def work(kind):
    return [each for each in books.rows(OutboxMessage) if each.kind == kind]


def test_staff_learn_that_it_did_not_arrive_and_nothing_more_is_mailed_there(
    owner, company, invoice, sent, postbox
):
    topics = record_reports([bounced(sent)])
    assert topics == {f"company:{company.id}", f"invoice:{company.id}:{invoice.id}"}
    (delivery,) = books.rows(InvoiceDelivery)
    assert delivery.sent_at is None
    assert f"INV-0042 did not reach {DANA}: It came back from {DANA}: no such user." in shown(
        company
    )
    assert len(work(WorkKind.NOTICE)) == 1
    send_invoice(owner, invoice.id)
    work_off_everything()
    assert len(postbox.letters(DANA)) == 1
    assert any("refused an earlier letter for good" in words for words in shown(company))


def test_the_same_report_twice_is_one(company, sent):
    record_reports([bounced(sent), bounced(sent)])
    assert record_reports([bounced(sent)]) == frozenset()
    assert len(books.rows(HeldAddress)) == len(work(WorkKind.NOTICE)) == 1


def test_a_report_that_is_told_again_later_is_not_of_the_letter_that_was_sent_since(
    any_database, owner, company, sent, postbox
):
    """A provider that delivers twice, or a mail that lies in the mailbox twice."""
    record_reports([bounced(sent, id="f-1")])
    assert try_again(owner, sent.key)
    work_off_everything()
    assert record_reports([bounced(sent, id="f-1")]) == frozenset()
    assert books.rows(HeldAddress) == [] and not any(DANA in words for words in shown(company))
    # The one that was sent since may come back as well, and so says another report.
    assert record_reports([bounced(sent, id="f-2")]) and len(books.rows(HeldAddress)) == 1
    # Control: a report without a name is taken at its word.
    assert try_again(owner, sent.key)
    work_off_everything()
    assert record_reports([bounced(sent)])


def test_a_full_mailbox_is_told_of_and_mailed_again(company, sent):
    record_reports([bounced(sent, gone=False, said="mailbox full")])
    assert books.rows(HeldAddress) == []
    assert any("mailbox full" in words for words in shown(company))


def test_a_complaint_holds_the_address_back_and_says_nothing_of_the_letter(company, sent):
    record_reports([bounced(sent, complaint=True, said="")])
    (held,) = books.rows(HeldAddress)
    assert held.why is HeldBack.COMPLAINT
    (delivery,) = books.rows(InvoiceDelivery)
    assert delivery.sent_at is not None and shown(company) == []


@pytest.mark.parametrize(
    "forged",
    [
        Report("f" * 40, DANA, gone=True),
        Report(message_hash("invoice-mail:1"), "", gone=True),
        Report("", DANA, gone=True),
    ],
)
def test_a_report_of_no_letter_of_ours_changes_nothing(sent, forged):
    assert record_reports([forged]) == frozenset()
    assert books.rows(HeldAddress) == [] and work(WorkKind.NOTICE) == []


def test_a_report_about_another_address_changes_nothing(sent):
    forged = Report(sent.message_hash, "maya@brightheating.example", gone=True)
    assert record_reports([forged]) == frozenset()
    assert books.rows(HeldAddress) == []


def test_trying_again_writes_there_again(owner, company, sent, postbox):
    record_reports([bounced(sent)])
    assert try_again(owner, sent.key)
    assert books.rows(HeldAddress) == []
    work_off_everything()
    assert len(postbox.letters(DANA)) == 2
    (delivery,) = books.rows(InvoiceDelivery)
    assert delivery.sent_at is not None
    first, again = map(postbox.headers, postbox.letters(DANA))
    assert first["Message-ID"] == again["Message-ID"]


# ── By mailbox ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def box(environment):
    with serving(Mailbox([])) as mailbox:
        environment.setenv("FSM_IMAP_HOST", "127.0.0.1")
        environment.setenv("FSM_IMAP_PORT", str(mailbox.port))
        environment.setenv("FSM_IMAP_USERNAME", "bounces")
        environment.setenv("FSM_IMAP_PASSWORD", mailbox.password)
        environment.setenv("FSM_IMAP_SECURITY", "none")
        settings.cache_clear()
        yield mailbox


def test_the_mailbox_is_read_and_what_was_read_is_marked(company, invoice, sent, box):
    message_id = f"<{sent.message_hash}@portal.example>"
    box.mails += [holiday_note(), b"\xff", dsn(message_id=message_id, address=DANA)]
    assert f"invoice:{company.id}:{invoice.id}" in read_bounces()
    assert box.seen == {1, 2, 3}
    (held,) = books.rows(HeldAddress)
    assert (held.address, held.said) == (DANA, "550 5.1.1 no such user here")
    assert read_bounces() == frozenset()


def test_what_was_read_when_the_worker_died_is_read_again(sent, box, monkeypatch):
    """Case 47."""
    box.mails.append(complaint(message_id=f"<{sent.message_hash}@portal.example>"))
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(
            "fsm_portal.flows.bounced.read_box.record_reports",
            lambda _: (_ for _ in ()).throw(KeyboardInterrupt),
        )
        read_bounces()
    assert box.seen == set()
    read_bounces()
    assert box.seen == {1} and len(books.rows(HeldAddress)) == 1


def test_a_mailbox_that_cannot_be_opened_is_said_so_without_its_password(box, environment):
    environment.setenv("FSM_IMAP_PASSWORD", "wrong-password")
    settings.cache_clear()
    with pytest.raises(BoxUnavailable) as away:
        read_bounces()
    assert "wrong-password" not in str(away.value)


def test_without_a_mailbox_nothing_is_asked(environment):
    assert read_bounces() == frozenset()
