"""Amounts, days and quantities read as the reader's locale writes them, and are never inexact."""

import copy
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways import formats

LOCALES = ("en_US", "en_GB", "de_DE", "de_CH", "fr_FR", "es_MX", "pl_PL", "sv_SE", "en_IN", "nl_NL")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        (169765, "USD", "en_US", "$1,697.65"),
        (-169765, "USD", "en_US", "-$1,697.65"),
        (0, "USD", "en_US", "$0.00"),
        (5, "USD", "en_US", "$0.05"),
        (169765, "EUR", "de_DE", "1.697,65\u00a0€"),
        (169765, "EUR", "fr_FR", "1\u202f697,65\u00a0€"),
        (1234567800, "INR", "en_IN", "₹1,23,45,678.00"),
        (-169765, "EUR", "nl-NL", "€\u00a0-1.697,65"),
        (500, "CHF", "en_US", "CHF\u00a05.00"),
    ],
)
def test_money_is_written_as_the_locale_does(amount, currency, locale, text):
    assert formats.money(amount, currency, locale) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(1234, "JPY", "¥1,234"), (1234, "KWD", "KWD\u00a01.234"), (1234, "IQD", "IQD\u00a01.234")],
)
def test_money_has_the_decimals_of_iso_4217_case_4(amount, currency, text):
    assert formats.money(amount, currency, "en_US") == text


@pytest.mark.parametrize("locale", ["ar_AE", "he_IL", "fa_IR", "ur_PK"])
def test_a_minus_stands_before_its_digits_on_a_page_that_runs_from_left_too(locale):
    text = formats.money(-30_310, "USD", locale)
    minus = next(at for at, letter in enumerate(text) if letter in "-\u2212")
    assert text[minus - 1] == "\u200e"
    assert "303.10" in text[minus:]


@given(
    st.integers(-(10**15), 10**15),
    st.sampled_from(sorted(EXPONENTS)),
    st.sampled_from(LOCALES),
)
@settings(max_examples=300, deadline=None)
def test_money_agrees_with_babel_to_the_last_digit(amount, currency, locale):
    known = Locale.parse(locale)
    pattern = copy.copy(known.currency_formats["standard"])
    digits = EXPONENTS[currency]
    pattern.frac_prec = (digits, digits)
    value = Decimal(amount).scaleb(-digits)
    babel = pattern.apply(value, known, currency=currency, currency_digits=False)
    ours = formats.money(amount, currency, locale)
    assert ours.replace("\u00a0", "") == babel.replace("\u00a0", "")
    assert int(re.sub(r"\D", "", ours)) == abs(amount)


@pytest.mark.parametrize(
    ("price", "currency", "text"),
    [
        ("38900", "USD", "$389.00"),
        ("4.9", "USD", "$0.049"),
        ("0.0001", "USD", "$0.000001"),
        ("1250.5", "JPY", "¥1,250.5"),
        ("-4.90", "USD", "-$0.049"),
        ("1E+3", "USD", "$10.00"),
        ("1234.5678", "KWD", "KWD\u00a01.234568"),
    ],
)
def test_a_unit_price_shows_fractions_of_a_cent(price, currency, text):
    assert formats.unit_price(Decimal(price), currency, "en_US") == text


def test_days_and_moments():
    assert formats.day(date(2026, 10, 22), "en_US") == "Oct 22, 2026"
    assert formats.day(date(2026, 10, 22), "de_DE") == "22.10.2026"
    moment = datetime(2026, 11, 22, 1, 3, tzinfo=UTC)
    in_new_york = formats.moment(moment, "America/New_York", "en_US")
    assert in_new_york == "Nov 21, 2026, 8:03\u202fPM"
    assert formats.moment(moment.replace(tzinfo=None), "America/New_York", "en_US") == in_new_york
    tokyo = moment.astimezone(timezone(timedelta(hours=9)))
    assert formats.moment(tokyo, "America/New_York", "en_US") == in_new_york
    assert formats.moment(moment, "Europe/London", "en_GB") == "22 Nov 2026, 01:03"


def test_quantities_have_no_idle_zeros():
    texts = ["1", "1.50", "1250", "1E+3", "0.333333", "-2"]
    written = [formats.quantity(Decimal(text), "en_US") for text in texts]
    assert written == ["1", "1.5", "1,250", "1,000", "0.333333", "-2"]
    assert formats.quantity(Decimal("1250.5"), "de_DE") == "1.250,5"


def test_rates_are_parts_per_million():
    assert formats.percent(82500, "en_US") == "8.25%"
    assert formats.percent(190000, "de_DE") == "19\u00a0%"
    assert formats.percent(0, "en_US") == "0%"
    assert formats.percent(88750, "en_US") == "8.875%"


def test_countries():
    assert formats.country_name("GB", "de_DE") == "Vereinigtes Königreich"
    assert formats.country_name("gb", "en_US") == "United Kingdom"
    assert formats.country_name("Q9", "en_US") == "Q9"


@pytest.mark.parametrize("locale", ["xx_YY", "", "en_US; DROP TABLE", "../../etc/passwd"])
def test_an_unknown_locale_is_refused(locale):
    with pytest.raises(ValueError, match="not a known locale"):
        formats.money(100, "USD", locale)


def test_an_unknown_currency_is_refused():
    with pytest.raises(ValueError, match="ISO 4217"):
        formats.money(100, "ABC", "en_US")


def test_days_of_languages_that_run_from_the_right_stay_whole_in_a_line_of_ours():
    """Digits are not turned around; letters and digits are kept together as one piece."""
    assert formats.day(date(2026, 12, 16), "ar_AE") == "16/12/2026"
    hebrew = formats.day(date(2026, 12, 16), "he_IL")
    assert (hebrew[0], hebrew[-1]) == ("\u2067", "\u2069")


def test_the_decimal_sign_on_a_keypad():
    assert [formats.typed_point(each) for each in ("en_US", "de_DE", "fr_CA", "de_CH")] == [
        ".",
        ",",
        ",",
        ".",
    ]
