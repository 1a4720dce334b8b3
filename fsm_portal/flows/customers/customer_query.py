"""What the office's list of customers shows: which of them, in what order, from where on.

A place in the list is the customer one stands at, with what the list is sorted by, as it stands in
the page's address. Whatever it says only decides from where on one's own customers are read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from fsm_portal.domain.ids import is_id
from fsm_portal.flows.keyset import address

ShowCustomers = Literal["all", "owing", "overdue"]
SortCustomers = Literal["name", "newest"]
PATH = "/dashboard/customers/"
PAGE = 50
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Anchor:
    """The row from which on is read, onward or back. ``at`` is what the list is sorted by:
    nothing where the row itself says it, an amount in minor units, or a day; ``tie`` is what tells
    it from others: the id of the customer, or of the invoice that is late."""

    at: str
    tie: str
    onward: bool


@dataclass(frozen=True)
class CustomerQuery:
    """Made by ``customer_query`` from what an address says.

    Of all, ``sort`` says the order. Who owes is listed by how much, who is late by how long.
    """

    show: ShowCustomers = "all"
    sort: SortCustomers = "name"
    search: str = ""
    anchor: Anchor | None = None

    @property
    def order(self) -> Literal["name", "newest", "owed", "oldest"]:
        if self.show == "all":
            return self.sort
        return "owed" if self.show == "owing" else "oldest"

    def address(self, **place: str) -> str:
        """The address of the list from another place on (``after`` or ``before``)."""
        return address(
            PATH,
            show="" if self.show == "all" else self.show,
            sort="" if self.sort == "name" else self.sort,
            q=self.search,
            **place,
        )

    @property
    def from_the_top(self) -> "CustomerQuery":
        return replace(self, anchor=None)


def customer_query(
    show: object, sort: object, search: object, after: object, before: object
) -> CustomerQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    known: ShowCustomers = next((name for name in get_args(ShowCustomers) if name == show), "all")
    order: SortCustomers = next((name for name in get_args(SortCustomers) if name == sort), "name")
    query = CustomerQuery(known, order, search_words(search))
    anchor = _anchor(after, True, query.order) or _anchor(before, False, query.order)
    return replace(query, anchor=anchor)


def search_words(typed: object) -> str:
    """What was typed into a search box, in one line; nothing for what no box sends."""
    if not isinstance(typed, str):
        return ""
    text = " ".join(typed[:_LONGEST_SEARCH].split())
    return text if text.isprintable() else ""


def _anchor(said: object, onward: bool, order: str) -> Anchor | None:
    if not isinstance(said, str):
        return None
    at, _, tie = said.partition("_")
    return Anchor(at, tie, onward) if is_id(tie) and _READ[order](at) else None


def _nothing(at: str) -> bool:
    return at == ""


def _amount(at: str) -> bool:
    return at.isascii() and at.isdigit() and len(at) <= 15


def _day(at: str) -> bool:
    try:
        return date.fromisoformat(at).isoformat() == at
    except ValueError:
        return False


_READ: dict[str, Callable[[str], bool]] = {
    "name": _nothing,
    "newest": _nothing,
    "owed": _amount,
    "oldest": _day,
}
