"""A piece of an export: some rows, and where the next begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from fsm_portal.domain.company import Company

# A thousand rows are read in some ten milliseconds: nobody waits long for a connection meanwhile.
ROWS = 1_000


@dataclass(frozen=True)
class Asked:
    """What is exported: of which days (both included), and in moments, the end excluded.

    ``fees``: whether what Stripe and the platform kept is for these eyes; ``platform_fee``: whether
    the platform keeps anything, or did in those days.
    """

    first: date
    last: date
    since: datetime
    until: datetime
    fees: bool
    platform_fee: bool


# The value and the id of the last row; None at the beginning.
Place = tuple[Any, str] | None


@dataclass(frozen=True)
class Piece:
    """``next`` is where to go on, None at the end."""

    rows: Sequence[Sequence[str]]
    next: Place


class Export:
    """One kind of export: its headings, and its rows from a place on, the oldest first."""

    def headings(self, asked: Asked) -> list[str]:
        raise NotImplementedError

    def piece(self, session: Session, company: Company, asked: Asked, place: Place) -> Piece:
        raise NotImplementedError


def next_place(found: Sequence[Any], at: str) -> Place:
    """After ``found``, whose rows have ``id`` and the column ``at``."""
    return (getattr(found[-1], at), found[-1].id) if len(found) == ROWS else None
