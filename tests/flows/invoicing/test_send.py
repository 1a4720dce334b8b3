"""Send: a draft is issued once, and a letter with its PDF and a link goes out."""

import io
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, date, datetime
from threading import Barrier, BrokenBarrierError

import pytest
from pypdf import PdfReader

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.identity import who_is
from fsm_portal.flows.invoicing import send_invoice as flow
from fsm_portal.flows.invoicing.send_invoice import CannotSend, send_invoice
from fsm_portal.flows.login_links import SignedIn, make_link, use_link
from fsm_portal.flows.mailing import outbox_mail
from fsm_portal.flows.work_outbox import work_one
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.postbox import token_in, work_off_everything
from tests.invoices import write_invoice


@pytest.fixture
def draft(company, dana) -> Invoice:
    """INV-0042, written on 2 November, 30 days to pay, 8.875% tax: not yet sent."""
    rate = TaxRate(company_id=company.id, name="NY sales tax", rate_ppm=88_750)
    return write_invoice(company, dana, issued=False, tax_rate=rate)


def fresh(invoice: Invoice) -> Invoice:
    with reading() as session:
        return session.get_one(Invoice, (invoice.company_id, invoice.id))


def refusal(who, invoice_id, email=None) -> str:
    with pytest.raises(CannotSend) as refused:
        send_invoice(who, invoice_id, email)
    return str(refused.value)


# ── The letter ──────────────────────────────────────────────────────────────────────────────


def test_the_letter_brings_the_invoice_and_a_way_to_pay_it(owner, dana, draft, postbox):
    """Step 2 of a newcomer: an email with the PDF attached and a button to view and pay."""
    address, topics = send_invoice(owner, draft.id)
    assert address == "dana@harborview.example"
    assert f"invoice:{draft.company_id}:{draft.id}" in topics
    assert postbox.letters() == []  # nothing leaves inside the unit of work
    rung = work_off_everything()

    letter = postbox.only_letter("dana@harborview.example")
    assert "INV-0042" in letter["subject"] and "Bright Heating Co." in letter["subject"]
    assert letter["from_name"] == "Bright Heating Co."
    assert [each["filename"] for each in letter["attachments"]] == ["INV-0042.pdf"]
    words = PdfReader(io.BytesIO(postbox.attachment(letter))).pages[0].extract_text()
    assert "INV-0042" in words and "$304.85" in words and "NY sales tax" in words
    assert f"invoice:{draft.company_id}:{draft.id}" in rung


def test_the_letters_link_signs_the_right_customer_in_to_the_right_invoice(
    owner, dana, draft, postbox
):
    send_invoice(owner, draft.id)
    work_off_everything()
    signed_in = use_link(token_in(postbox.only_letter()), None, "Firefox")
    assert isinstance(signed_in, SignedIn)
    assert signed_in.path == f"/portal/invoices/{draft.id}/"
    who = who_is(signed_in.cookie)
    assert (who.audience, who.person_id, who.company_id) == ("customer", dana.id, dana.company_id)


def test_staff_see_when_it_was_queued_and_when_it_left(owner, draft, postbox):
    send_invoice(owner, draft.id)
    (delivery,) = books.rows(InvoiceDelivery)
    assert (delivery.email, delivery.staff_id) == ("dana@harborview.example", owner.person_id)
    assert delivery.sent_at is None
    work_off_everything()
    (delivery,) = books.rows(InvoiceDelivery)
    assert delivery.sent_at >= delivery.queued_at


def test_the_pdf_is_drawn_when_the_letter_leaves(owner, draft, postbox, part_payment):
    """Invariant K: what was paid meanwhile is on it."""
    send_invoice(owner, draft.id)
    part_payment(fresh(draft), 10_485)
    work_off_everything()
    words = PdfReader(io.BytesIO(postbox.attachment(postbox.only_letter()))).pages[0]
    assert "$200.00" in words.extract_text()


# ── Issued once ─────────────────────────────────────────────────────────────────────────────


def test_a_draft_that_waited_is_dated_to_the_day_it_is_sent(clock, owner, draft):
    """The terms of payment run from there; the number stays."""
    assert (draft.issue_date, draft.due_date) == (date(2026, 11, 2), date(2026, 12, 2))
    clock.now = datetime(2026, 11, 17, 3, 30, tzinfo=UTC)  # still the 16th in New York
    send_invoice(owner, draft.id)
    issued = fresh(draft)
    assert (issued.issue_date, issued.due_date) == (date(2026, 11, 16), date(2026, 12, 16))
    assert (issued.number, issued.issued_at) == ("INV-0042", clock.now)
    assert books.status(issued) == "Unpaid"


def test_issuing_puts_sale_and_tax_on_the_books(owner, company, draft):
    assert books.accounts(company) == {}
    send_invoice(owner, draft.id)
    assert books.accounts(company) == {"receivable": 30_485, "sales": -28_000, "tax": -2_485}
    assert books.balance(draft).due == draft.total == 30_485


def test_sent_again_it_is_another_letter_about_the_same_invoice(clock, owner, draft, postbox):
    send_invoice(owner, draft.id)
    first = fresh(draft)
    entries = len(books.rows(LedgerEntry))
    clock.move(days=3)
    send_invoice(owner, draft.id)

    assert fresh(draft) == first
    assert len(books.rows(LedgerEntry)) == entries
    work_off_everything()
    one, other = postbox.letters()
    assert postbox.headers(one)["Message-ID"] != postbox.headers(other)["Message-ID"]


def test_two_of_the_office_send_in_the_same_moment(any_database, monkeypatch, owner, draft):
    """Invariant C: it is issued once, with one date."""
    together, checked = Barrier(2), flow.issue

    def both_at_once(*about):
        with suppress(BrokenBarrierError):
            together.wait(0.5)
        checked(*about)

    monkeypatch.setattr(flow, "issue", both_at_once)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: send_invoice(owner, draft.id), range(2)))
    sales = [entry for entry in books.rows(LedgerEntry) if entry.kind == "sale"]
    assert [entry.occurred_at for entry in sales] == [fresh(draft).issued_at]
    assert len(books.rows(InvoiceDelivery)) == 2


# ── Who may ─────────────────────────────────────────────────────────────────────────────────


def test_a_technician_reads_about_money_and_does_not_send(tom, draft):
    assert refusal(staff_identity(tom), draft.id).startswith("Your role cannot send invoices.")
    assert fresh(draft).issued_at is None


def test_a_customer_does_not_send(payer, draft):
    assert refusal(payer, draft.id).startswith("Your role cannot send invoices.")


def test_another_companys_invoice_is_no_different_from_a_missing_one(owner, other_company):
    """Case 35."""
    theirs = write_invoice(other_company, cast.save(cast.harbor_view(other_company)), issued=False)
    assert refusal(owner, theirs.id) == refusal(owner, "0" * 32) == "This invoice does not exist."
    assert fresh(theirs).issued_at is None


@pytest.mark.parametrize("odd", ["", "\x00", "..", "0" * 33])
def test_whatever_is_no_id_is_missing(any_database, owner, odd):
    assert refusal(owner, odd) == "This invoice does not exist."


# ── What cannot be sent ─────────────────────────────────────────────────────────────────────


def test_a_void_invoice_stays_where_it_is(owner, draft):
    with unit_of_work() as session:
        session.get_one(Invoice, (draft.company_id, draft.id)).voided_at = datetime.now(UTC)
    assert "is void" in refusal(owner, draft.id)


def test_an_invoice_that_asks_for_nothing_is_not_issued(owner, company, dana):
    empty = write_invoice(company, dana, lines=(("Visit", "1", "0"),), issued=False)
    assert "nothing to pay" in refusal(owner, empty.id)
    assert books.rows(OutboxMessage) == [] and fresh(empty).issued_at is None


def test_a_customer_without_an_address_needs_one(owner, company, postbox):
    imported = cast.save(Customer(company_id=company.id, name="Customer 17850", reference="17850"))
    invoice = write_invoice(company, imported, issued=False)
    assert "no email address yet" in refusal(owner, invoice.id)
    assert fresh(invoice).issued_at is None

    assert send_invoice(owner, invoice.id, " ap@customer.example ")[0] == "ap@customer.example"
    work_off_everything()
    assert postbox.only_letter("ap@customer.example")
    with reading() as session:
        stored = session.get_one(Customer, (company.id, imported.id))
    assert stored.email == "ap@customer.example"


@pytest.mark.parametrize(
    "typed",
    [
        "dana",
        "dana@harborview",
        "a@b.example, c@d.example",
        "Dana <dana@harborview.example>",
        "dana@harborview.example\nBcc: all@harborview.example",
        "dana\x00@harborview.example",
        "dana\u202e@harborview.example",
        "d" * 250 + "@harborview.example",
        "",
        "   ",
    ],
)
def test_what_is_no_address_is_not_written_to(any_database, owner, dana, draft, typed):
    assert "is not an email address" in refusal(owner, draft.id, typed)
    assert fresh(draft).issued_at is None
    with reading() as session:
        assert session.get_one(Customer, (dana.company_id, dana.id)).email == dana.email


# ── A changed address ───────────────────────────────────────────────────────────────────────


def test_a_new_address_ends_what_was_opened_through_the_old_one(owner, draft, postbox):
    """Case 34: whoever reads the old mailbox is out, at once and for good."""
    send_invoice(owner, draft.id)
    work_off_everything()
    old_link = token_in(postbox.only_letter())
    signed_in = use_link(old_link, None, "")
    send_invoice(owner, draft.id)
    work_off_everything()
    unused_link = token_in(postbox.letters()[-1])
    session_id = who_is(signed_in.cookie).session_id

    _, topics = send_invoice(owner, draft.id, "ap@harborview.example")

    assert f"session:{session_id}" in topics
    assert who_is(signed_in.cookie) is None
    assert not isinstance(use_link(unused_link, None, ""), SignedIn)
    work_off_everything()
    assert isinstance(
        use_link(token_in(postbox.letters("ap@harborview.example")[-1]), None, ""), SignedIn
    )


def test_the_same_address_typed_again_ends_nothing(owner, draft, postbox):
    send_invoice(owner, draft.id)
    work_off_everything()
    signed_in = use_link(token_in(postbox.only_letter()), None, "")
    send_invoice(owner, draft.id, " Dana@HarborView.example ")
    assert who_is(signed_in.cookie) is not None


def test_a_letter_still_waiting_does_not_go_to_the_old_address(owner, draft, postbox):
    """Case 34: it would carry a fresh link to the wrong mailbox."""
    send_invoice(owner, draft.id)
    send_invoice(owner, draft.id, "ap@harborview.example")
    work_off_everything()
    assert postbox.only_letter(to="ap@harborview.example")
    assert not postbox.letters("dana@harborview.example")
    dead = [message for message in books.rows(OutboxMessage) if message.dead_reason]
    assert ["address" in message.dead_reason for message in dead] == [True]


def test_other_customers_sessions_are_left_alone(company, owner, draft, postbox, northwind):
    theirs = write_invoice(company, northwind, number="INV-0050")
    send_invoice(owner, theirs.id)
    work_off_everything()
    signed_in = use_link(token_in(postbox.only_letter()), None, "")
    send_invoice(owner, draft.id, "ap@harborview.example")
    assert who_is(signed_in.cookie) is not None
    assert len(books.rows(LoginSession)) == 1 and books.rows(LoginLink)


def test_a_letter_just_leaving_for_the_old_address_has_a_link_that_ends(
    postgres_database, monkeypatch, owner, draft, postbox
):
    """The change of address waits for the letter's link, and ends it with the others."""
    send_invoice(owner, draft.id)
    with ThreadPoolExecutor(1) as threads:
        changes = []

        def while_it_changes(*about, **more):
            change = threads.submit(send_invoice, owner, draft.id, "new@harborview.example")
            changes.append(change)
            wait(changes, 0.3)
            return make_link(*about, **more)

        monkeypatch.setattr(outbox_mail, "make_link", while_it_changes)
        work_one()
        assert changes[0].result(10)[0] == "new@harborview.example"
    (link,) = books.rows(LoginLink)
    assert link.superseded_at is not None
