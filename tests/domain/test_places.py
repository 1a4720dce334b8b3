"""A list of ids of any length is asked for in few texts, and no id is left out."""

import pytest

from fsm_portal.domain.places import id_places, ids_in_places, places_for


@pytest.mark.parametrize(
    ("many", "places"), [(1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (511, 512), (512, 512)]
)
def test_every_id_has_a_place_and_the_last_has_what_is_left_over(many, places):
    ids = [f"id {number}" for number in range(many)]
    values = ids_in_places(ids)
    assert places_for(ids) == places == len(values)
    assert [parameter.key for parameter in id_places(places)] == list(values)
    assert list(values.values()) == ids + ids[-1:] * (places - many)


def test_texts_are_few():
    assert len({places_for(["an id"] * many) for many in range(1, 513)}) == 10
