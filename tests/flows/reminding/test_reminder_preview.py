"""The reminders of a real invoice, looked at before they leave: the letter, the day, or why not."""

import re

import pytest
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.mail_text import MailText, TextKind
from fsm_portal.domain.reminder import ReminderPause
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.mailing.shown_letter import shown
from fsm_portal.flows.reminding.preview import (
    LettersView,
    PreviewQuery,
    preview_query,
    show_letters,
)
from fsm_portal.gateways.mail_message import Letter
from tests import cast
from tests.flows.reminding.rounds import change, reminded
from tests.invoices import write_invoice
from tests.payments import checkout, received


@pytest.fixture
def look(owner):
    """``look(invoice, days)``: what the office sees of it."""

    def look(invoice=None, days=None, search="") -> LettersView:
        query = PreviewQuery(invoice.id if invoice else "", days, search)
        return show_letters(owner.scope, query)

    return look


def without_tokens(text: str) -> str:
    return re.sub(r"/(sign-in|reminders)/[^\s\"<]+", r"/\1/…", text)


@pytest.mark.parametrize("days", [-3, 0, 7])
@pytest.mark.parametrize("locale", ["en_US", "de_DE", "ar_EG"])
def test_the_letter_that_leaves_is_the_one_that_was_shown(
    schedule,
    company,
    invoice,
    dana,
    part_payment,
    at,
    look,
    monkeypatch,
    days,
    locale,
):
    """To the letter, in the customer's language, with the company's own words; its links apart."""
    change(dana, locale=locale)
    for kind in (TextKind.REMINDER_SOON, TextKind.REMINDER_LATE):
        words = "{customer}: {amount}, {how_far}"
        cast.save(MailText(company_id=company.id, kind=kind, language=locale[:2], words=words))
    part_payment(invoice, 10_000)
    at(days=-10)
    preview = look(invoice, days).preview
    left: list[Letter] = []
    monkeypatch.setattr(
        "fsm_portal.flows.reminding.mail_reminder.post_letter",
        lambda work, letter, **_: left.append(letter) or frozenset(),
    )
    at(days=days, minute=0)
    reminded()
    sent = shown(next(each for each in left if each.key.endswith(f":step:{days}")))
    assert preview.letter.subject == sent.subject
    assert preview.letter.text == without_tokens(sent.text)
    assert preview.letter.html == without_tokens(sent.html)
    assert preview.reader == "Dana Reyes <dana@harborview.example>"
    assert preview.language == {"en": "English", "de": "Deutsch", "ar": "العربية"}[locale[:2]]


def test_to_look_makes_no_link_and_nothing_leaves(schedule, invoice, look):
    assert "…" in look(invoice, 0).preview.letter.text
    with reading() as session:
        assert session.exec(select(LoginLink)).all() == []


def days_of(view: LettersView) -> list[tuple[str, bool]]:
    return [(step.when, step.quiet) for step in view.preview.steps]


def test_each_step_says_when_it_goes_out_and_what_became_of_it(
    schedule,
    invoice,
    at,
    look,
    postbox,
):
    at(days=-5)
    assert days_of(look(invoice)) == [
        ("Sunday, Nov 29, 2026, from 9:00\u202fAM", False),
        ("Wednesday, Dec 2, 2026, from 9:00\u202fAM", False),
        ("Wednesday, Dec 9, 2026, from 9:00\u202fAM", False),
    ]
    assert look(invoice).preview.chosen == -3
    at(days=-3, hour=7)
    assert days_of(look(invoice))[0] == ("Today, from 9:00\u202fAM", False)
    at(days=-3, hour=10)
    assert days_of(look(invoice))[0] == ("Today, in a moment", False)
    at(days=-3, hour=20)
    assert days_of(look(invoice))[0] == ("Today is over: nothing goes out.", True)
    at(days=0)
    assert days_of(look(invoice))[0] == (
        "Sunday, Nov 29, 2026 is over: nothing goes out.",
        True,
    )
    reminded()
    assert days_of(look(invoice))[1] == (
        "Reminder to dana@harborview.example, 9:05\u202fAM",
        False,
    )
    at(days=30)
    assert look(invoice).preview.chosen == 7, "the last, where all are over"


def test_a_quiet_invoice_says_why_and_its_letter_can_still_be_read(
    schedule,
    company,
    invoice,
    dana,
    at,
    look,
):
    at(days=-5)
    cast.save(ReminderPause(company_id=company.id, customer_id=dana.id))
    view = look(invoice)
    assert view.preview.quiet == "Reminders to this customer are paused."
    assert days_of(view)[0] == (
        "Not on Nov 29, 2026. Reminders to this customer are paused.",
        True,
    )
    assert view.preview.letter.html


def test_of_what_is_paid_there_is_no_letter(schedule, invoice, at, look):
    at(days=-5)
    received(checkout(invoice))
    view = look(invoice)
    assert view.preview.quiet == "Nothing is left to pay on it."
    assert view.preview.letter.html == ""


def test_unasked_it_is_the_one_that_comes_next_and_others_are_found(
    schedule,
    company,
    dana,
    invoice,
    at,
    look,
):
    at(days=-5)
    write_invoice(company, dana, number="INV-0007", due_in_days=2)
    north = cast.save(cast.northwind_dental(company))
    theirs = write_invoice(company, north, number="INV-0008", due_in_days=40)
    view = look().preview
    assert view.id == invoice.id, "the first whose reminders are not over yet"
    assert [one.number for one in view.offered] == ["INV-0007", "INV-0042", "INV-0008"]
    view = look(invoice, search="northwind").preview
    assert view.id == invoice.id
    assert [one.id for one in view.offered] == [theirs.id]
    at(days=60)
    assert look().preview.id == theirs.id, "the latest, where all are over"


def test_case_35_anothers_invoice_and_a_draft_are_like_none(
    schedule,
    company,
    other_company,
    dana,
    look,
):
    stranger = cast.save(cast.harbor_view(other_company))
    for one in (
        write_invoice(other_company, stranger),
        write_invoice(company, dana, number="INV-0043", issued=False),
    ):
        view = look(one)
        assert view.preview.id == ""
        assert "INV-0042" in view.sample.subject, "one that was made up"


def test_who_may_not_change_settings_is_shown_nothing(invoice, company):
    tom: Staff = cast.save(cast.tom(company))
    scope = Scope("staff", company.id, None, tom.role)
    assert show_letters(scope, PreviewQuery(invoice.id)).preview.id == ""


@pytest.mark.parametrize(
    ("typed", "days"),
    [("7", 7), ("-3", -3), ("0", 0), ("", None), ("x", None), ("--3", None), ("366", None),
     ("-61", None), ("1e1", None), ("９", None), (None, None), (["7"], None), ("9" * 5000, None)],
)  # fmt: skip
def test_a_step_in_the_address_is_one_or_none(typed, days):
    assert preview_query("x", typed, None) == PreviewQuery("", days, "")


def test_a_step_that_was_taken_away_is_not_looked_at(schedule, invoice, at, look):
    at(days=-5)
    assert look(invoice, 21).preview.chosen == -3


def test_days_are_named_in_the_offices_english_and_written_as_the_company_writes_them(
    schedule,
    company,
    invoice,
    at,
    look,
):
    change(company, locale="de_DE")
    at(days=-5)
    assert days_of(look(invoice))[0] == ("Sunday, 29.11.2026, from 09:00", False)
