"""Reminders by a company's schedule: who is reminded when, once, and what the letter says."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.reminder import Reminder, ReminderStep
from fsm_portal.flows.invoicing.void_invoice import void_invoice
from fsm_portal.flows.reminding import round as round_
from fsm_portal.flows.reminding.round import remind_everybody
from fsm_portal.flows.reminding.schedule import hour
from fsm_portal.flows.reminding.stop import pause_reminders, resume_reminders
from tests import cast
from tests.flows import books
from tests.flows.postbox import token_in, work_off_everything
from tests.flows.reminding.rounds import change, reminded
from tests.invoices import write_invoice
from tests.payments import checkout, received

DUE = date(2026, 12, 2)  # of INV-0042


def letters_in(postbox) -> list:
    """The reminders among the letters; a payment has its receipt."""
    return [each for each in postbox.letters() if each["subject"].startswith("Reminder")]


def test_each_step_is_sent_on_its_day_once(schedule, invoice, at, postbox):
    days = {}
    for day in range(-10, 12):
        at(days=day)
        days[day] = reminded() + reminded()
    assert {day: sent for day, sent in days.items() if sent} == {
        -3: ["step:-3"],
        0: ["step:0"],
        7: ["step:7"],
    }
    assert [letter["subject"] for letter in postbox.letters()] == [
        "Reminder: invoice INV-0042 from Bright Heating Co. is due Dec 2, 2026",
        "Reminder: invoice INV-0042 from Bright Heating Co. is due today",
        "Reminder: invoice INV-0042 from Bright Heating Co. was due Dec 2, 2026",
    ]


def test_from_the_companys_hour_on_and_never_at_night(schedule, company, invoice, at, postbox):
    for early in (0, 6, 8):
        at(hour=early, minute=59)
        assert reminded() == []
    at(hour=20, minute=0)
    assert reminded() == []
    at(hour=9, minute=0)
    assert reminded() == ["step:0"]


@pytest.mark.parametrize("typed", ["6", "20", "00079999", "0009", "-9", "9.5", "", "９"])
def test_an_hour_that_is_none_is_refused(typed):
    with pytest.raises(ValueError, match="hour of the day"):
        hour(typed)


def test_the_day_is_the_companys_own(company, other_company, clock, postbox):
    """Ten in the morning of December 2 in Auckland is December 1 in New York."""
    for one, zone in ((company, "America/New_York"), (other_company, "Pacific/Auckland")):
        change(one, reminders_on=True, time_zone=zone)
        cast.save(ReminderStep(company_id=one.id, days=0))
        write_invoice(one, cast.save(cast.harbor_view(one)))
    clock.now = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)
    remind_everybody()
    assert [each.company_id for each in books.rows(Reminder)] == [other_company.id]


def test_a_day_that_was_missed_is_not_made_up_for(schedule, company, dana, at, postbox):
    """Nothing ran from the third day before to the sixth after: one letter each, not three."""
    for number in range(5):
        write_invoice(company, dana, number=f"INV-{number}")
    at(days=6)
    assert reminded() == []
    at(days=7)
    assert reminded() == ["step:7"] * 5


def test_switched_off_nobody_is_reminded(schedule, company, invoice, at, postbox):
    change(company, reminders_on=False)
    at()
    assert reminded() == []


def test_a_letter_the_evening_before_is_enough(schedule, company, invoice, owner, at, postbox):
    """Whoever got the invoice last night, or a reminder this morning, gets no second letter."""
    from fsm_portal.flows.reminding.remind import remind_of_invoice

    at(days=0, hour=8)
    remind_of_invoice(owner, invoice.id)
    work_off_everything()
    at(days=0, hour=9)
    assert reminded() == []
    assert len(postbox.letters()) == 1


# ── Quiet ───────────────────────────────────────────────────────────────────────────────────────


def processing(invoice: Invoice) -> None:
    attempt = checkout(invoice)
    with unit_of_work() as session:
        found = session.get_one(CheckoutAttempt, (invoice.company_id, attempt.id))
        found.processing_at = found.created_at
        session.add(found)


@pytest.mark.parametrize(
    "why", ["paid", "processing", "void", "draft", "no address", "paused", "disconnected"]
)
def test_quiet_while_there_is_a_reason(schedule, company, dana, owner, at, postbox, why):
    """Case 18: no reminder while a bank debit is on its way."""
    invoice = write_invoice(company, dana, issued=why != "draft")
    at()
    match why:
        case "paid":
            received(checkout(invoice))
        case "processing":
            processing(invoice)
        case "void":
            void_invoice(owner, invoice.id)
        case "no address":
            change(dana, email=None)
        case "paused":
            pause_reminders(owner, dana.id)
        case "disconnected":
            change(company, stripe_deauthorized_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert reminded() == []
    assert letters_in(postbox) == []


def test_what_was_processing_in_the_morning_and_failed_is_reminded_of_the_same_day(
    schedule, company, dana, invoice, at, postbox
):
    processing(invoice)
    at(hour=9)
    assert reminded() == []
    with unit_of_work() as session:
        attempt = session.exec(select(CheckoutAttempt)).one()
        attempt.failed_at = attempt.processing_at
        session.add(attempt)
    at(hour=15)
    assert reminded() == ["step:0"]


def test_what_is_paid_before_the_letter_leaves_is_left_out(schedule, invoice, at, postbox):
    at()
    assert remind_everybody().count == 1
    received(checkout(invoice))
    work_off_everything()
    (reminder,) = books.rows(Reminder)
    assert (reminder.sent_at, reminder.left_out) == (None, "Nothing is left to pay on it.")
    assert letters_in(postbox) == []


def test_a_letter_that_could_not_leave_all_day_is_left_out(schedule, invoice, at, postbox):
    """The mail server was away until midnight."""
    at()
    remind_everybody()
    at(days=1, hour=0)
    work_off_everything()
    (reminder,) = books.rows(Reminder)
    assert reminder.left_out.startswith("It could not leave on its day")
    assert postbox.letters() == []


def test_resumed_the_schedule_goes_on(schedule, invoice, dana, owner, at, postbox):
    pause_reminders(owner, dana.id)
    at(days=0)
    assert reminded() == []
    resume_reminders(owner, dana.id)
    at(days=7)
    assert reminded() == ["step:7"]


# ── The letter ──────────────────────────────────────────────────────────────────────────────────


def test_the_letter_opens_the_invoice_and_says_what_is_still_due(
    schedule, company, invoice, part_payment, at, postbox, browser_follows
):
    part_payment(invoice, 10_000)
    at(days=7)
    reminded()
    letter = postbox.only_letter(to="dana@harborview.example")
    assert "$180.00" in letter["text"] and "Dec 2, 2026" in letter["text"]
    assert "was due 7 days ago" in letter["text"]
    assert postbox.attachment(letter).startswith(b"%PDF")
    assert browser_follows(token_in(letter)) == f"/portal/invoices/{invoice.id}/"


@pytest.fixture
def browser_follows():
    from fsm_portal.flows.login_links import look_at_link

    return lambda token: look_at_link(token, None).path


def test_its_headers(schedule, invoice, owner, at, clock, postbox):
    """RFC 8058 one click, RFC 3834, and the thread of the letter that brought the invoice."""
    from fsm_portal.flows.invoicing.send_invoice import send_invoice

    send_invoice(owner, invoice.id)
    work_off_everything()
    at()
    reminded()
    first, reminder = (postbox.headers(letter) for letter in postbox.letters())
    assert reminder["In-Reply-To"] == first["Message-ID"]
    assert first["Message-ID"] in reminder["References"]
    assert reminder["Auto-Submitted"] == "auto-generated"
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = reminder["List-Unsubscribe"].strip("<>")
    assert "/reminders/" in address and " " not in address
    assert first["List-Unsubscribe"] is None


@pytest.mark.parametrize("closed", ["switched off", "starter"])
def test_without_a_portal_the_letter_says_how_to_reach_the_company(
    schedule, company, invoice, at, postbox, closed
):
    change(
        company, **({"plan": Plan.STARTER} if closed == "starter" else {"portal_enabled": False})
    )
    at()
    reminded()
    letter = postbox.only_letter()
    assert not [link for link in letter["links"] if "/sign-in/" in link]
    assert "office@brightheating.example" in letter["text"]
    assert "+1 212 555 0142" in letter["text"]


def test_it_goes_to_the_address_of_the_moment(schedule, invoice, dana, at, postbox):
    """Its link signs whoever reads it in as this customer: never through an old mailbox."""
    at()
    remind_everybody()
    change(dana, email="new@harborview.example")
    work_off_everything()
    assert postbox.only_letter()["to"] == "new@harborview.example"


def test_another_companys_invoices_are_its_own_matter(
    schedule, other_company, invoice, at, postbox
):
    write_invoice(other_company, cast.save(cast.harbor_view(other_company)))
    at()
    assert reminded() == ["step:0"]


def test_one_companys_trouble_is_not_anothers(
    schedule, company, other_company, invoice, at, postbox, monkeypatch, caplog
):
    change(other_company, reminders_on=True, time_zone="America/New_York")
    cast.save(ReminderStep(company_id=other_company.id, days=0))
    write_invoice(other_company, cast.save(cast.harbor_view(other_company)))
    for troubled in (company, other_company):
        steps_of = round_.steps_of

        def steps(session, company_id, troubled=troubled, steps_of=steps_of):
            if company_id == troubled.id:
                raise ValueError("an odd step")
            return steps_of(session, company_id)

        with monkeypatch.context() as patch:
            patch.setattr(round_, "steps_of", steps)
            at()
            assert remind_everybody().count == 1
        assert f"reminding the customers of company {troubled.id}" in caplog.text


def test_with_customers_by_the_hundred_each_is_reminded(schedule, company, at, postbox):
    """More than one batch, and the paused ones in between."""
    with unit_of_work() as session:
        people = [
            Customer(company_id=company.id, name=f"C {n}", email=f"c{n}@x.example")
            for n in range(130)
        ]
        session.add_all(people)
    for n, one in enumerate(people):
        write_invoice(company, one, number=f"INV-{n}")
    at()
    assert remind_everybody().count == 130
    assert remind_everybody().count == 0
    assert isinstance(company, Company)
    with reading() as session:
        assert len(session.exec(select(Reminder)).all()) == 130
