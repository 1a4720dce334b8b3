"""A list of ids in a statement whose text is fixed."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam


def places_for(ids: Sequence[str]) -> int:
    """How many places such a list gets: a power of two, so that few texts do for all lists."""
    return 1 << max(0, len(ids) - 1).bit_length()


def id_places(places: int) -> list[BindParameter[str]]:
    """The parameters, for ``in_``."""
    return [bindparam(f"id_{place}") for place in range(places)]


def ids_in_places(ids: Sequence[str]) -> dict[str, str]:
    """The values of those parameters: the last id stands in every place that is left over.

    There must be one at least.
    """
    places = places_for(ids)
    padded = [*ids, *([ids[-1]] * (places - len(ids)))]
    return {f"id_{place}": one for place, one in enumerate(padded)}
