"""The catcher's box: letters are found by any word, stand with their thread, turn dark."""

import sqlite3
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from fsm_portal.demo.mail_box import MailBox
from fsm_portal.demo.mail_html import framed, has_dark_form


@pytest.fixture
def box(tmp_path: Path) -> Iterator[MailBox]:
    kept = MailBox(tmp_path)
    yield kept
    kept.close()


def letter(
    subject: str,
    *,
    number: str = "",
    answers: str = "",
    references: str = "",
    text: str = "",
    html: str = "",
) -> bytes:
    message = EmailMessage()
    message["From"] = "Bright Heating Co. <billing@portal.example>"
    message["To"] = "Dana Reyes <dana@harborview.example>"
    message["Subject"] = subject
    for name, value in (
        ("Message-ID", number),
        ("In-Reply-To", answers),
        ("References", references),
    ):
        if value:
            message[name] = value
    message.set_content(text or "Plain words.")
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def put(box: MailBox, raw: bytes) -> int:
    return box.put("billing@portal.example", ["dana@harborview.example"], raw).id


def test_a_search_goes_through_all_of_a_letter(box: MailBox) -> None:
    late = "x " * 5_000 + "riser"
    first = put(box, letter("Invoice INV-0042", text=late, html="<p>On the <b>Web</b>site</p>"))
    second = put(box, letter("Receipt", html="<style>.riser{}</style><p>Café au lait"))
    assert box.search("RISER") == [first]
    assert box.search("website") == [] and box.search("web") == [first]
    assert box.search("café") == [second]
    assert box.search("inv-0042 riser dana") == [first]
    assert box.search("inv-0042 lait") == []
    assert box.search("harborview.example") == [first, second] == box.search("  ")
    assert box.search("%") == box.search("'; --") == []


def test_letters_that_follow_one_another_stand_together(box: MailBox) -> None:
    """As our own letters are sent: the invoice, what follows it, and something else between."""
    invoice = put(box, letter("Invoice", number="<1@a.example>"))
    other = put(box, letter("Sign in", number="<2@a.example>"))
    reminder = put(box, letter("Reminder", number="<3@a.example>", answers="<1@a.example>"))
    receipt = put(
        box,
        letter(
            "Receipt",
            number="<4@a.example>",
            answers="<3@a.example>",
            references="<1@a.example> <3@a.example>",
        ),
    )
    thanks = put(box, letter("Thanks", number="<5@a.example>", answers="<4@a.example>"))
    together = [invoice, reminder, receipt, thanks]
    for number in together:
        assert [line["id"] for line in box.thread(number)] == together
    assert [line["id"] for line in box.thread(other)] == [other]


def test_an_answer_may_come_before_its_letter(box: MailBox) -> None:
    receipt = put(box, letter("Receipt", number="<3@a.example>", answers="<2@a.example>"))
    reminder = put(box, letter("Reminder", number="<2@a.example>", answers="<1@a.example>"))
    invoice = put(box, letter("Invoice", number="<1@a.example>"))
    assert [line["id"] for line in box.thread(receipt)] == [receipt, reminder, invoice]


def test_letters_without_a_message_id_stand_alone(box: MailBox) -> None:
    first, second = put(box, letter("One")), put(box, letter("Two"))
    assert [line["id"] for line in box.thread(first)] == [first]
    assert [line["id"] for line in box.thread(second)] == [second]


def test_headers_are_there_decoded_and_as_they_were_sent(box: MailBox) -> None:
    raw = letter("Rechnung für Café", number="<1@a.example>", answers="<0@a.example>")
    caught = box.get(put(box, raw))
    assert caught is not None
    assert ("Subject", "Rechnung für Café") in caught.headers
    assert "=?utf-8?q?f=C3=BCr_Caf=C3=A9?=" in caught.raw_headers
    assert "Plain words" not in caught.raw_headers
    assert (caught.message_id, caught.answers) == ("<1@a.example>", ("<0@a.example>",))


def test_a_box_of_before_threads_can_be_searched_too(tmp_path: Path) -> None:
    older = sqlite3.connect(tmp_path / "mail.sqlite3")
    older.execute(
        "CREATE TABLE message (id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, "
        "sender TEXT NOT NULL, recipients TEXT NOT NULL, raw BLOB NOT NULL)"
    )
    for raw in (
        letter("Invoice", number="<1@a.example>", text="the riser"),
        letter("Reminder", number="<2@a.example>", answers="<1@a.example>"),
    ):
        older.execute(
            "INSERT INTO message (received_at, sender, recipients, raw) VALUES (?, ?, ?, ?)",
            ("2026-11-22T09:00:00+00:00", "a@a.example", "dana@harborview.example", raw),
        )
    older.commit()
    older.close()
    for _ in range(2):
        box = MailBox(tmp_path)
        assert box.search("riser") == [1]
        assert [line["subject"] for line in box.thread(2)] == ["Invoice", "Reminder"]
        assert [line["id"] for line in box.summaries(after=1)] == [2]
        box.close()


def test_what_is_no_text_at_all_is_kept_and_found(box: MailBox) -> None:
    raw = (
        b"Message-ID: <\xff@a.example>\r\nReferences: <\xed\xa0\x80@a.example>\r\n"
        b"Subject: \xed\xa0\x80 riser\r\nContent-Type: text/html\r\n\r\n"
        b"<![bad[<p>copper \xed\xa0\x80"
    )
    number = put(box, raw)
    assert box.search("riser") == [number]


LETTER = """<html><head><meta name="color-scheme" content="light dark">
<style>:root { color-scheme: light dark }
@media (prefers-color-scheme: dark) { p { color: white } }
@media (prefers-color-scheme:light) and (max-width: 480px) { p { color: black } }</style></head>
<body><p>(prefers-color-scheme: dark)</p></body></html>"""


def test_a_letter_is_shown_light_or_dark_whatever_the_browser_prefers() -> None:
    dark = framed(LETTER, EmailMessage(), "dark")
    assert '<meta name="color-scheme" content="dark">' in dark
    assert ":root { color-scheme: dark }" in dark
    assert "@media (min-width: 0) { p { color: white } }" in dark
    assert "@media (max-width: 0) and (max-width: 480px) { p { color: black } }" in dark
    assert "<p>(prefers-color-scheme: dark)</p>" in dark
    light = framed(LETTER, EmailMessage(), "light")
    assert "@media (max-width: 0) { p { color: white } }" in light
    assert framed(LETTER, EmailMessage()).count("prefers-color-scheme") == 3


def test_a_letter_says_whether_it_has_a_dark_form() -> None:
    assert has_dark_form(LETTER)
    assert not has_dark_form("<p>@media (prefers-color-scheme: dark)</p>")
    assert not has_dark_form("<style>@media (prefers-color-scheme: light) {}</style>")
