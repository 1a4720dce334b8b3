"""Amounts as Stripe counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways.stripe_amounts import card_step, from_stripe, to_stripe


@pytest.mark.parametrize(
    ("currency", "ours", "stripes"),
    [
        ("USD", 1_999, 1_999),
        ("JPY", 500, 500),
        ("KWD", 12_340, 12_340),
        ("ISK", 500, 50_000),  # 500 kr: sent as 500 it would charge five
        ("UGX", 500, 50_000),
        ("MGA", 50_000, 500),  # 500 Ar: sent as 50000 it would charge a hundred times as much
    ],
)
def test_minor_units_are_stripes_own_on_the_way_out_and_ours_on_the_way_in(currency, ours, stripes):
    """Case 4."""
    assert to_stripe(ours, currency) == stripes
    assert from_stripe(stripes, currency) == ours


@given(st.sampled_from(sorted(EXPONENTS)), st.integers(1, 10**9))
def test_whatever_can_be_charged_comes_back_the_same(currency, steps):
    amount = steps * card_step(currency)
    assert from_stripe(to_stripe(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("currency", "step"), [("USD", 1), ("JPY", 1), ("KWD", 10), ("MGA", 100), ("ISK", 1)]
)
def test_card_amounts_go_in_steps(currency, step):
    assert card_step(currency) == step


def test_a_fraction_of_a_minor_unit_is_no_amount():
    with pytest.raises(ValueError, match="whole number"):
        from_stripe(50_050, "ISK")
    with pytest.raises(ValueError, match="whole number"):
        to_stripe(50_050, "MGA")
    with pytest.raises(ValueError, match="ISO 4217"):
        from_stripe(100, "XXQ")
