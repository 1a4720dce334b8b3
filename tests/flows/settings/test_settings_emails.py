"""A company begins its letters in its own words, and sees the whole letter with them."""

from dataclasses import replace

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.mail_address import HeldAddress, HeldBack
from fsm_portal.domain.mail_text import MailText, TextKind
from fsm_portal.domain.role import Role
from fsm_portal.flows.settings.emails import (
    KINDS,
    checked,
    keep_text,
    open_text,
    preview,
    release_address,
    show_emails,
)
from fsm_portal.flows.settings.keep import CannotKeep
from fsm_portal.gateways.languages import LANGUAGES
from tests.flows import books

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> {{7*7}}"


def test_what_is_kept_stands_in_the_letter_and_in_its_preview(owner):
    kept = keep_text(owner, TextKind.INVOICE, "en", "Dear {contact}, it is warm again.", "")
    assert kept.words == "Dear {contact}, it is warm again."
    seen = preview(owner.scope, TextKind.INVOICE, "en", kept.words)
    for part in (seen.html, seen.text):
        assert "Dear Dana Reyes, it is warm again." in part
    assert "Invoice (English)" in show_emails(owner.scope).written


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
def test_every_kind_can_be_looked_at_in_every_language(owner, kind):
    for language in LANGUAGES:
        seen = preview(owner.scope, kind, language, "")
        assert seen.subject and open_text(owner.scope, kind, language).ours
        assert seen.text and "<html" in seen.html


def test_nothing_that_is_typed_runs_in_it(owner):
    """Case 43: a company's own words are text, not a template."""
    words = HOSTILE.replace("{{7*7}}", "")
    seen = preview(owner.scope, TextKind.RECEIPT, "en", words)
    assert "<script>" not in seen.html and "onerror=alert(2)&gt;" in seen.html
    with pytest.raises(ValueError, match="A brace stands alone"):
        checked(TextKind.RECEIPT, HOSTILE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{due_date}", "{due_date} is not known here"),
        ("{amount.__class__}", "A brace stands alone"),
        ("{ number }", "A brace stands alone"),
        ("a\x07b", "cannot be shown"),
        ("x" * 2001, "2,000 at most"),
    ],
)
def test_what_cannot_be_put_in_is_said(owner, words, said):
    with pytest.raises(CannotKeep) as refused:
        keep_text(owner, TextKind.RECEIPT, "en", words, "")
    assert said in refused.value.problems["words"]
    assert books.rows(MailText) == []


def test_an_empty_text_brings_our_words_back(owner):
    keep_text(owner, TextKind.REFUND, "en", "So sorry.", "")
    assert keep_text(owner, TextKind.REFUND, "en", "", "So sorry.").words == ""
    assert books.rows(MailText) == []


def test_two_who_write_at_once_overwrite_each_other_only_on_purpose(owner):
    keep_text(owner, TextKind.REFUND, "en", "Theirs.", "")
    with pytest.raises(CannotKeep) as refused:
        keep_text(owner, TextKind.REFUND, "en", "Mine.", "")
    assert "meanwhile" in refused.value.problems["words"]
    assert keep_text(owner, TextKind.REFUND, "en", "Mine.", refused.value.basis["words"])
    (kept,) = books.rows(MailText)
    assert kept.words == "Mine."


def test_a_text_is_one_company_s_and_one_language_s(owner, other_company):
    keep_text(owner, TextKind.INVOICE, "de", "Guten Tag!", "")
    assert open_text(owner.scope, "invoice", "en").words == ""
    assert open_text(owner.scope, "invoice", "de").words == "Guten Tag!"
    odd = open_text(owner.scope, {"a": 1}, "xx")
    assert (odd.kind, odd.language) == ("invoice", "en")


def test_an_address_that_refused_is_mailed_again_once_somebody_says_so(owner, company):
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
    (row,) = show_emails(owner.scope).held
    assert row.address == "dana@harborview.example" and "550 5.1.1" in row.why
    release_address(owner, "Dana@HarborView.example")
    assert show_emails(owner.scope).held == ()


def test_the_office_reads_but_does_not_write(owner):
    office = replace(owner, role=Role.OFFICE)
    with pytest.raises(CannotKeep):
        keep_text(office, TextKind.INVOICE, "en", "Mine.", "")
    with pytest.raises(CannotKeep):
        release_address(office, "dana@harborview.example")
    assert not show_emails(office.scope).allowed
