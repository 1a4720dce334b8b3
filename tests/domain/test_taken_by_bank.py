"""Where it lies what banks took of a payment: sums, limits, and no step back. (Invariants A, B)"""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fsm_portal.domain.balances import PaymentShare
from fsm_portal.domain.taken_by_bank import taken_of

parts = some.integers(0, 50_000).flatmap(
    lambda allocated: some.tuples(some.just(allocated), some.integers(0, allocated))
)


def shares(invoices: list[tuple[int, int]], credit: tuple[int, int]) -> list[PaymentShare]:
    found = [PaymentShare(f"{at}", *one, taken=0) for at, one in enumerate(invoices)]
    return [*found, PaymentShare(None, *credit, taken=0)]


@given(some.lists(parts, max_size=5), parts, some.data())
def test_no_invoice_loses_more_than_it_has_and_the_sum_is_exact(invoices, credit, data):
    here = shares(invoices, credit)
    whole = sum(share.allocated for share in here)
    total = data.draw(some.integers(0, whole))
    taken = taken_of(total, here)
    assert sum(taken.values()) == total
    assert all(
        0 <= taken[share.invoice_id] <= share.left for share in here if share.invoice_id is not None
    )
    # Below zero falls the credit only by what went back twice.
    beyond = total - sum(share.left for share in here)
    assert here[-1].left - taken[None] >= -max(beyond, 0)


@given(some.lists(parts, max_size=5), parts, some.data())
def test_whoever_takes_more_leaves_nobody_with_less_taken(invoices, credit, data):
    here = shares(invoices, credit)
    whole = sum(share.allocated for share in here)
    less = data.draw(some.integers(0, whole))
    more = data.draw(some.integers(less, whole))
    before, after = taken_of(less, here), taken_of(more, here)
    assert all(after[each] >= before[each] for each in before)


def test_invoices_that_credit_was_taken_off_again_have_nothing_to_lose():
    """A surplus was put to two invoices and taken off both: all of it is credit."""
    here = shares([(0, 0), (0, 0)], (100, 0))
    assert taken_of(70, here) == {"0": 0, "1": 0, None: 70}


def test_more_than_the_payment_was_is_refused():
    with pytest.raises(ValueError, match="cannot take 101 of 100"):
        taken_of(101, shares([(60, 60)], (40, 0)))


def test_what_is_left_of_another_invoice_goes_before_what_went_back():
    """Refunded from one invoice in full, the rest of the payment is the other's."""
    assert taken_of(50, shares([(50, 0), (50, 50)], (0, 0))) == {"0": 50, "1": 0, None: 0}
    assert taken_of(80, shares([(50, 0), (50, 50)], (0, 0))) == {"0": 50, "1": 0, None: 30}
