"""The platform's fee: whole minor units, out of the amount and never more than it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.domain.platform_fee import platform_fee


@given(st.integers(1, 10**12), st.integers(0, 10_000))
def test_any_amount_at_any_rate_gives_a_whole_fee_within_half_a_minor_unit(amount, basis_points):
    """Case 11."""
    fee = platform_fee(amount, basis_points)
    assert type(fee) is int and 0 <= fee <= amount
    assert abs(fee - Fraction(amount * basis_points, 10_000)) <= Fraction(1, 2)


@given(st.integers(1, 10**9), st.integers(1, 10**6), st.integers(0, 10_000))
def test_more_money_is_never_less_fee(amount, more, basis_points):
    """Case 11."""
    assert platform_fee(amount + more, basis_points) >= platform_fee(amount, basis_points)


@pytest.mark.parametrize(
    ("amount", "basis_points", "fee"),
    [
        (28_000, 150, 420),
        (33, 150, 0),  # 0.495
        (34, 150, 1),  # 0.51
        (100, 50, 1),  # 0.5: half up
        (1, 10_000, 1),
        (99_999_999, 0, 0),
    ],
)
def test_halves_go_up(amount, basis_points, fee):
    assert platform_fee(amount, basis_points) == fee
