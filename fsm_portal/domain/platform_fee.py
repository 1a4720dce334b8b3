"""The platform fee: what whoever runs this installation takes of a payment."""

from decimal import Decimal

from fsm_portal.domain.money import round_half_up

BASIS_POINTS = 10_000


def platform_fee(amount: int, basis_points: int) -> int:
    """Minor units of ``amount`` (minor units) at ``basis_points``, half-up: 150 is 1.5%.

    Never above the amount. The customer pays the face value; the fee comes out of it (Stripe's
    ``application_fee_amount``).
    """
    return min(amount, round_half_up(Decimal(amount * basis_points) / BASIS_POINTS))
