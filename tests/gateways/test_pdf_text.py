"""Words on a page: broken into lines that fit, nothing lost, and cut where they are told to."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fsm_portal.gateways.pdf.sheet import Style
from fsm_portal.gateways.pdf.text import clean, shorten, shorten_rate, wrap

STYLE = Style(9.2)
letters = st.text("abc WMil.é-", max_size=200)
widths = st.floats(20, 400)


@given(letters, widths)
@settings(deadline=None)
def test_lines_fit_and_hold_every_letter(text, width):
    lines = wrap(text, width, STYLE.measure)
    assert all(STYLE.measure(line) <= width + 0.01 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_lines_break_at_spaces_and_only_too_long_a_word_is_broken():
    width = STYLE.measure("Annual boiler") + 1
    assert wrap("Annual boiler service", width, STYLE.measure) == ["Annual boiler", "service"]
    pieces = wrap("x" * 100, width, STYLE.measure)
    assert len(pieces) > 1
    assert len(set(map(len, pieces[:-1]))) == 1


def test_lines_that_were_typed_stay():
    assert wrap("one\n\ntwo ", 500, STYLE.measure) == ["one", "", "two"]


@given(letters, widths)
@settings(deadline=None)
def test_a_shortened_text_fits_on_its_line(text, width):
    shown = shorten(text, width, STYLE.measure)
    assert shown == text or shown.endswith("…")
    assert STYLE.measure(shown) <= max(width, STYLE.measure("W…"))


def test_of_a_tax_with_a_long_name_the_rate_stays():
    """A reader of the paper looks for it there, whatever the language."""
    for rate in ("0.375%", "8,25\N{NO-BREAK SPACE}%", "%8,25"):
        shown = shorten_rate(f"Metropolitan district surcharge {rate}", 90, STYLE.measure)
        assert shown.startswith("Metro") and shown.endswith(f"… {rate}")
        assert STYLE.measure(shown) <= 90
    assert shorten_rate("VAT 20%", 90, STYLE.measure) == "VAT 20%"
    assert shorten_rate("A surcharge without a rate", 60, STYLE.measure).endswith("…")


@given(st.text(max_size=300), st.integers(1, 100))
@settings(deadline=None)
def test_clean_text_can_be_drawn_and_is_never_longer_than_its_limit(text, limit):
    cleaned, missing = clean(text, limit)
    assert len(cleaned) <= limit
    assert "\n" not in cleaned
    STYLE.measure(cleaned)
    assert not missing or "□" in cleaned


def test_lines_are_kept_only_where_they_are_wanted():
    assert clean("a\r\nb\u2028c\td", 50, lines=True)[0] == "a\nb\nc d"
    assert clean("a\r\nb\u2028c\td", 50)[0] == "a b c d"
