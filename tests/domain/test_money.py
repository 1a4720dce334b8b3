"""Money is whole minor units: nothing is lost in splitting, reading or rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.domain import money

currencies = st.sampled_from(sorted(money.EXPONENTS))
amounts = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


@given(amounts, weights)
def test_a_split_loses_nothing_and_strays_less_than_a_unit_from_the_exact_share(amount, weights):
    parts = money.split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1
        assert part == 0 or (part > 0) == (amount > 0)


@given(amounts, weights)
def test_a_refund_splits_as_its_payment_did_case_12(amount, weights):
    assert money.split(-amount, weights) == [-part for part in money.split(amount, weights)]


@given(amounts, weights)
def test_a_part_without_weight_gets_nothing(amount, weights):
    parts = money.split(amount, [0, *weights, 0])
    assert (parts[0], parts[-1]) == (0, 0)


def test_the_odd_cents_go_to_the_largest_remainders_and_ties_to_the_earlier_part():
    assert money.split(100, [1, 1, 1]) == [34, 33, 33]
    assert money.split(100, [2, 3, 3]) == [25, 38, 37]
    assert money.split(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [3, -1]])
def test_weights_that_cannot_be_split_by_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        money.split(100, weights)


@given(st.integers(1, money.MAX_AMOUNT), currencies)
def test_an_amount_written_out_reads_back_as_itself(amount, currency):
    written = str(money.to_decimal(amount, currency))
    assert money.parse_amount(written, currency) == amount
    assert money.parse_amount(f" {money.to_decimal(amount, currency):,f} ", currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("120.50", "USD", 12050),
        ("120.5", "USD", 12050),
        ("1,234.00", "USD", 123400),
        ("5.", "GBP", 500),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("0.01", "USD", 1),
    ],
)
def test_what_people_type_becomes_minor_units_of_the_currency_case_4(text, currency, amount):
    assert money.parse_amount(text, currency) == amount


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "0.00", "-5", "+5", "NaN", "inf", "1e3", "10.001", "$5", "1_000", "5 5", "0x10"),
        *("12,50", "1,23", "1234,567", ",123", "1,,000", "9" * 17, "1" * 10_000),
    ],
)
def test_anything_else_is_refused_with_a_sentence_case_2(text):
    with pytest.raises(ValueError, match=r"\.$"):
        money.parse_amount(text, "USD")


@pytest.mark.parametrize("text", ["10.5", "10.05"])
def test_yen_have_no_decimals_case_4(text):
    with pytest.raises(ValueError, match="at most 0 decimals"):
        money.parse_amount(text, "JPY")


@given(st.text(max_size=30), currencies)
def test_no_text_gives_anything_but_a_positive_amount_or_a_refusal(text, currency):
    try:
        amount = money.parse_amount(text, currency)
    except ValueError:
        return
    assert 0 < amount <= money.MAX_AMOUNT


@given(st.decimals(-(10**9), 10**9, places=6))
def test_rounding_goes_to_the_nearest_unit_and_halves_away_from_zero(value):
    rounded = money.round_half_up(value)
    assert abs(rounded - value) <= Decimal("0.5")
    if abs(rounded - value) == Decimal("0.5"):
        assert abs(rounded) > abs(value)
    assert money.round_half_up(-value) == -rounded


def test_exponents_are_iso_4217_and_unknown_codes_are_refused():
    assert [money.exponent(code) for code in ("USD", "JPY", "KWD", "IQD", "CLF")] == [2, 0, 3, 3, 4]
    for code in ("usd", "XXX", ""):
        with pytest.raises(ValueError, match="ISO 4217"):
            money.exponent(code)
