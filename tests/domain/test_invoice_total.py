"""What an invoice comes to: exact to the minor unit, tax per rate on the summed base."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.domain.discount import Discount, parse_discount
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


# ── Discounts, against fractions ─────────────────────────────────────────────────────────────────


@st.composite
def priced_invoices(draw) -> tuple[list[tuple[int, str | None]], dict[str, int]]:
    """Lines as the editor lets them be: most are prices, one or the other takes something back."""
    rates = draw(rate_tables)
    rate_ids = st.none() | st.sampled_from(sorted(rates))
    some = st.integers(0, 10**9) | st.integers(-(10**5), 10**9)
    return draw(st.lists(st.tuples(some, rate_ids), min_size=1, max_size=30)), rates


@given(priced_invoices(), st.integers(0, 1_000_000))
def test_a_percentage_takes_its_part_of_the_whole_and_of_each_rate(invoice, ppm):
    lines, rates = invoice
    whole = sum(amount for amount, _ in lines)
    figures = add_up(lines, rates, Discount(ppm=ppm))
    assert figures.discount == max(half_up(Fraction(whole * ppm, 1_000_000)), 0)
    assert figures.subtotal == whole - figures.discount
    assert figures.total == figures.subtotal + figures.tax
    _each_rate_bears_its_part(lines, figures)


@given(priced_invoices(), st.data())
def test_an_amount_is_spread_over_the_rates_to_the_minor_unit(invoice, data):
    lines, rates = invoice
    whole = sum(amount for amount, _ in lines)
    amount = data.draw(st.integers(0, max(whole, 0)))
    figures = add_up(lines, rates, Discount(amount))
    assert figures.discount == amount and figures.subtotal == whole - amount
    _each_rate_bears_its_part(lines, figures)


def _each_rate_bears_its_part(lines, figures) -> None:
    """In proportion to what it comes to without the discount, less than a minor unit off."""
    before: dict[str | None, int] = {}
    for amount, rate_id in lines:
        before[rate_id] = before.get(rate_id, 0) + amount
    priced = sum(max(base, 0) for base in before.values())
    borne = 0
    for tax in figures.taxes:
        share = before[tax.tax_rate_id] - tax.base
        borne += share
        exact = Fraction(figures.discount * max(before[tax.tax_rate_id], 0), max(priced, 1))
        assert abs(share - exact) < 1
        assert tax.amount == half_up(Fraction(tax.base * tax.rate_ppm, 1_000_000))
    untaxed = Fraction(figures.discount * max(before.get(None, 0), 0), max(priced, 1))
    assert abs(figures.discount - borne - untaxed) < 1


@given(priced_invoices())
def test_without_a_discount_nothing_changes(invoice):
    lines, rates = invoice
    assert add_up(lines, rates, Discount()) == add_up(lines, rates)


def test_more_than_the_lines_come_to_is_no_discount():
    with pytest.raises(ValueError, match="no more than"):
        add_up([(100, None)], {}, Discount(101))
    assert add_up([(100, "vat")], {"vat": 200_000}, Discount(100)).total == 0


@given(quantities.map(abs), prices, rates_ppm)
def test_a_lines_own_discount_is_rounded_once(quantity, price, ppm):
    whole = line_amount(quantity, price)
    discount = Discount(ppm=ppm).of(whole)
    assert line_amount(quantity, price, discount) == whole - half_up(
        Fraction(whole * ppm, 1_000_000)
    )


@pytest.mark.parametrize(
    ("typed", "discount"),
    [
        ("", Discount()),
        ("10%", Discount(ppm=100_000)),
        ("7.25 %", Discount(ppm=72_500)),
        ("100%", Discount(ppm=1_000_000)),
        ("15", Discount(1500)),
        (" 1,250.50 ", Discount(125_050)),
    ],
)
def test_a_discount_is_typed_as_a_percentage_or_an_amount(typed, discount):
    assert parse_discount(typed, "USD") == discount


@pytest.mark.parametrize("typed", ["-5", "101%", "0%", "ten", "10%%", "% 10", "5,5", "1e2", "0"])
def test_what_is_neither_is_refused_in_words(typed):
    with pytest.raises(ValueError, match="Enter a"):
        parse_discount(typed, "USD")
