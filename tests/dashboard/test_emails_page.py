"""Settings, Emails: the company's own words, typed, kept and lost by nobody."""

import pytest

from fsm_portal.dashboard.settings.emails_page import EmailSettings
from fsm_portal.db import reading
from fsm_portal.domain.mail_text import LONGEST_TEXT, MailText, TextKind
from tests import cast

PATH = "/dashboard/settings/emails/"


def kept(company) -> str | None:
    with reading() as session:
        row = session.get(MailText, (company.id, TextKind.INVOICE, "en"))
        return row.words if row else None


def test_a_long_text_is_kept_whole_and_one_too_long_is_refused(tab, maya, company):
    page = tab(maya, PATH)
    words = "Thank you. " * (LONGEST_TEXT // 11)
    page.call(EmailSettings.save, {"form": {"words": words}})
    assert kept(company) == words.strip()
    page.call(EmailSettings.save, {"form": {"words": "x" * (LONGEST_TEXT + 1)}})
    assert f"{LONGEST_TEXT:,} at most" in page.var(EmailSettings, "problems").words
    assert kept(company) == words.strip()


def test_two_who_write_the_same_text_and_nobodys_words_are_lost(tab, maya, company):
    """The second is told, keeps what was typed, and a further press is meant."""
    tom = cast.save(cast.tom(company, role="admin"))
    hers, his = tab(maya, PATH), tab(tom, PATH)
    hers.call(EmailSettings.save, {"form": {"words": "From Maya"}})
    form = his.var(EmailSettings, "opened")
    his.call(EmailSettings.save, {"form": {"words": "From Tom"}})
    assert "Somebody else" in his.var(EmailSettings, "problems").words
    assert kept(company) == "From Maya"
    assert his.var(EmailSettings, "opened") == form, "the field stays as it was typed"
    his.call(EmailSettings.save, {"form": {"words": "From Tom"}})
    assert kept(company) == "From Tom"


def test_a_lost_connection_leaves_the_open_text_open(tab, maya):
    page = tab(maya, PATH)
    page.call(EmailSettings.choose_kind, {"kind": "receipt"})
    form = page.var(EmailSettings, "opened")
    page.reconnect()
    assert page.var(EmailSettings, "open").kind == "receipt"
    assert page.var(EmailSettings, "opened") == form


@pytest.mark.parametrize("value", [None, 5, ["x"], {"a": 1}, "no such", "receipt\x00"])
def test_whatever_is_chosen_a_text_is_open(tab, maya, value):
    page = tab(maya, PATH)
    page.call(EmailSettings.choose_kind, {"kind": value})
    page.call(EmailSettings.choose_language, {"language": value})
    assert page.var(EmailSettings, "open").kind == "invoice"
    assert page.var(EmailSettings, "subject")
