"""What of a credit is tax: exact, never too much, the same whatever the steps. (Decision 23)"""

from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from fsm_portal.domain.invoice_total import tax_on
from fsm_portal.domain.taken_back import Charge, summed, taken_back

RATES = (None, "vat", "reduced", "zero")
PPM = {None: 0, "vat": 200_000, "reduced": 82_500, "zero": 0}


def charge(rate: str | None, base: int) -> Charge:
    return Charge(rate, base, tax_on(base, PPM[rate]))


def total(charges) -> int:
    return sum(each.base + each.tax for each in charges)


@st.composite
def invoices(draw, lowest: int = 0):
    """What an invoice charges, and the amounts that it is credited with, all of it in the end."""
    bases = draw(st.lists(st.integers(lowest, 50_000), min_size=4, max_size=4))
    charged = [charge(rate, base) for rate, base in zip(RATES, bases, strict=True)]
    whole = total(charged)
    if whole <= 0:
        return draw(invoices(lowest))
    marks = draw(st.lists(st.integers(1, whole), max_size=5, unique=True))
    marks = sorted({*marks, whole})
    return charged, [mark - before for mark, before in zip(marks, [0, *marks], strict=False)]


def notes_of(charged, amounts) -> list[list[Charge]]:
    notes: list[list[Charge]] = []
    for amount in amounts:
        notes.append(taken_back(amount, charged, [part for note in notes for part in note]))
    return notes


def there(charges) -> dict[str | None, tuple[int, int]]:
    return {each.tax_rate_id: (each.base, each.tax) for each in charges if each.base or each.tax}


@given(invoices())
@settings(max_examples=60)
def test_notes_add_up_to_the_invoice_rate_by_rate(told):
    charged, amounts = told
    notes = notes_of(charged, amounts)
    assert there(summed(part for note in notes for part in note)) == there(charged)
    for note, amount in zip(notes, amounts, strict=True):
        assert total(note) == amount
        assert all(part.base >= 0 and part.tax >= 0 for part in note)


@given(invoices(), st.randoms())
@settings(max_examples=40)
def test_each_rate_stands_where_one_credit_of_the_sum_would_have_brought_it(told, chance):
    charged, amounts = told
    for steps in (amounts, chance.sample(amounts, len(amounts))):
        notes, sums = notes_of(charged, steps), list(accumulate(steps))
        for count, so_far in enumerate(sums, start=1):
            parts = summed(part for note in notes[:count] for part in note)
            assert there(parts) == there(taken_back(so_far, charged, []))


@given(invoices())
@settings(max_examples=40)
def test_tax_is_the_rates_share_of_its_base(told):
    charged, amounts = told
    for note in notes_of(charged, amounts):
        for part in note:
            # A minor unit of rounding each in base and tax, of this note and of those before.
            assert abs(part.tax - part.base * PPM[part.tax_rate_id] / 1_000_000) <= 2.5


@given(invoices(lowest=-20_000))
@settings(max_examples=40)
def test_what_a_rate_takes_off_goes_back_as_well(told):
    """A rate below zero: the others take back so much more, and all add up."""
    charged, amounts = told
    notes = notes_of(charged, amounts)
    assert [total(note) for note in notes] == amounts
    assert there(summed(part for note in notes for part in note)) == there(charged)
    for part in (part for note in notes for part in note):
        sign = (
            -1
            if next(one.base for one in charged if one.tax_rate_id == part.tax_rate_id) < 0
            else 1
        )
        assert part.base * sign >= 0 and part.tax * sign >= 0


def test_what_an_older_note_says_too_much_of_is_of_the_others():
    """A minor unit beyond what a rate was charged; and more in all than was charged."""
    charged = [Charge(None, 0), Charge("vat", 1_000, 200)]
    assert taken_back(600, charged, [Charge(None, 1), Charge("vat", 499, 100)]) == [
        Charge("vat", 500, 100)
    ]
    assert taken_back(1_300, charged, []) == [Charge(None, 100), Charge("vat", 1_000, 200)]


def test_an_example_to_check_by_hand():
    """303.10, of which 23.10 tax at 8.25%: of 100.00 back, 7.62 is tax."""
    charged = [Charge(None, 0), Charge("sales", 28_000, 2_310)]
    first = taken_back(10_000, charged, [])
    assert first == [Charge("sales", 9_238, 762)]
    assert taken_back(20_310, charged, first) == [Charge("sales", 18_762, 1_548)]
