"""Which of the company's tax rates comes on top of the prices of a file."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.tax_rate import TaxRate, place_in_list
from fsm_portal.flows.importing.cannot_import import CannotImport

_rate = table_of(TaxRate)


@dataclass(frozen=True)
class Tax:
    """A rate of the company; ``ppm`` is parts per million."""

    id: str
    name: str
    ppm: int


def live_rates(session: Session, company_id: str) -> tuple[Tax, ...]:
    """Those that are charged, in the order of their names. Two may have one name."""
    rows = session.connection().execute(
        select(_rate.c.id, _rate.c.name, _rate.c.rate_ppm).where(
            _rate.c.company_id == company_id, _rate.c.retired_at.is_(None)
        )
    )
    return tuple(Tax(row.id, row.name, row.rate_ppm) for row in sorted(rows, key=place_in_list))


def rate_called(rates: tuple[Tax, ...], said: str) -> Tax | None:
    """The rate of that id, or of that name where it is the only one; None for no tax at all.

    Raises CannotImport for one that is not there, and for a name of several.
    """
    if not said:
        return None
    found = [each for each in rates if said == (each.id if is_id(said) else each.name)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(f"{each.ppm / 10_000:g}% is {each.id}" for each in found)
        raise CannotImport(f"The company has several tax rates named {said!r}: give an id, {ids}.")
    if is_id(said):
        raise CannotImport("This tax rate is no longer charged: choose another one.")
    has = ", ".join(sorted(each.name for each in rates)) or "none"
    raise CannotImport(f"The company has no tax rate named {said!r}; it has: {has}.")
