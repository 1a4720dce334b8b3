"""What an invoice comes to: exact to the minor unit, tax per rate on the summed base."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.domain.invoice_total import add_up, line_amount, tax_on

# Six decimals are what the columns hold; amounts go up to money.MAX_AMOUNT.
quantities = st.decimals(Decimal(-(10**7)), Decimal(10**7), places=6)
prices = st.decimals(Decimal(0), Decimal(10**8), places=6)
amounts = st.integers(-(10**12), 10**12)
rates_ppm = st.integers(0, 1_000_000)
rate_tables = st.dictionaries(st.sampled_from(["vat", "reduced", "city"]), rates_ppm, min_size=1)


def half_up(exact: Fraction) -> int:
    """Halves away from zero, in arithmetic that cannot lose anything."""
    rounded = floor(abs(exact) + Fraction(1, 2))
    return rounded if exact >= 0 else -rounded


@st.composite
def invoices(draw) -> tuple[list[tuple[int, str | None]], dict[str, int]]:
    rates = draw(rate_tables)
    rate_ids = st.none() | st.sampled_from(sorted(rates))
    return draw(st.lists(st.tuples(amounts, rate_ids), max_size=30)), rates


@given(quantities, prices)
def test_a_line_is_quantity_times_price_rounded_once(quantity, price):
    assert line_amount(quantity, price) == half_up(Fraction(quantity) * Fraction(price))


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("1", "0.5", 1),
        ("1", "0.4999", 0),
        ("-1", "0.5", -1),
        ("12", "0.1", 1),  # a real price: 0.001 pounds
        ("2.5", "1999", 4998),
        ("3", "33.333333", 100),
    ],
)
def test_half_a_minor_unit_rounds_away_from_zero(quantity, price, amount):
    assert line_amount(Decimal(quantity), Decimal(price)) == amount


@given(amounts, rates_ppm)
def test_tax_is_the_rate_of_the_base_rounded_once(base, rate):
    assert tax_on(base, rate) == half_up(Fraction(base * rate, 1_000_000))


@given(amounts, rates_ppm)
def test_a_credit_takes_back_the_tax_that_was_charged(base, rate):
    assert tax_on(-base, rate) == -tax_on(base, rate)


@given(invoices())
def test_the_total_is_what_its_parts_say(invoice):
    lines, rates = invoice
    figures = add_up(lines, rates)
    assert figures.subtotal == sum(amount for amount, _ in lines)
    assert figures.tax == sum(share.amount for share in figures.taxes)
    assert figures.total == figures.subtotal + figures.tax


@given(invoices())
def test_each_rate_is_taken_once_on_the_sum_of_its_lines(invoice):
    lines, rates = invoice
    taxes = {share.tax_rate_id: share for share in add_up(lines, rates).taxes}
    assert set(taxes) == {rate for _, rate in lines if rate}
    for rate, share in taxes.items():
        base = sum(amount for amount, own in lines if own == rate)
        assert (share.base, share.rate_ppm) == (base, rates[rate])
        assert share.amount == half_up(Fraction(base * rates[rate], 1_000_000))


@given(invoices(), st.randoms())
def test_the_order_of_lines_changes_nothing(invoice, random):
    lines, rates = invoice
    shuffled = list(lines)
    random.shuffle(shuffled)
    one, other = add_up(lines, rates), add_up(shuffled, rates)
    assert (one.subtotal, one.tax, one.total) == (other.subtotal, other.tax, other.total)


def test_tax_per_line_would_come_to_something_else():
    """The control: why tax is taken on the sum. Three lines of 0.10 at 5% owe 0.02, not 0.03."""
    lines = [(10, "vat")] * 3
    assert add_up(lines, {"vat": 50_000}).tax == 2
    assert sum(tax_on(amount, 50_000) for amount, _ in lines) == 3


def test_an_invoice_without_lines_comes_to_nothing():
    assert add_up([], {}).total == 0
