"""Numbers in cells are read exactly, or not at all."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.domain.money import EXPONENTS, to_decimal
from fsm_portal.flows.importing import values
from fsm_portal.flows.importing.refusal import Refused

plain = st.decimals(Decimal(-(10**9)), Decimal(10**9), places=6).map(lambda value: f"{value:f}")


@given(plain)
def test_a_quantity_is_what_is_written(text):
    if Decimal(text):
        assert values.quantity(text) == Decimal(text)
    else:
        with pytest.raises(Refused):
            values.quantity(text)


@given(st.integers(0, 10**9), st.sampled_from(sorted(EXPONENTS)))
def test_a_price_is_its_minor_units_in_any_currency(minor, currency):
    assert values.unit_price(f"{to_decimal(minor, currency):f}", currency) == minor


@given(st.text())
def test_whatever_else_stands_there_is_refused_with_a_sentence(text):
    try:
        value = values.quantity(text)
    except Refused as refused:
        assert refused.text.endswith(".") and refused.text.isprintable()
    else:
        assert value == Decimal(text.strip())


@given(st.text())
def test_text_is_one_line_of_printable_characters(text):
    line = values.words(text)
    assert line.isprintable()
    assert line == values.words(line)
    assert "\u202e" not in line  # nothing that turns the reading direction


@pytest.mark.parametrize("text", ["dana@harborview.example", " a.b+c@x.co "])
def test_an_email_is_kept(text):
    assert values.email(text) == text.strip()


@pytest.mark.parametrize("text", ["dana", "a@b", "a@b.c d", "a@x.io, b@x.io", "<a@x.io>", "@x.io"])
def test_what_is_no_email_is_refused(text):
    with pytest.raises(Refused):
        values.email(text)


def test_what_cannot_be_printed_leaves_no_gap():
    assert values.words(" WHITE \x00 CHERRY\n\u202eLIGHTS ") == "WHITE CHERRY LIGHTS"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("45678", "how Excel counts days"),
        ("30.11.2026", "is not written like 2026-11-30."),
        ("1899-12-31", "cannot be right"),
    ],
)
def test_what_is_no_day_is_refused_with_how_it_is_written(text, said):
    with pytest.raises(Refused, match=said):
        values.moment(text, "%Y-%m-%d", ZoneInfo("UTC"))
