"""What the sandbox needs to know about a kind of object to find, show and expand it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import no_such
from fsm_portal.sandbox.listing import Condition, listed, page
from fsm_portal.sandbox.store import Json, Row


@dataclass(frozen=True)
class Noun:
    """A kind of Stripe object.

    ``spoken`` is its name in error messages, ``param`` the parameter such an error names.
    ``expandable`` fields hold an id that ``expand`` replaces by the object; ``included`` fields
    are only there when asked for. ``present`` fills in what depends on the moment of reading.
    ``indexed`` names fields that lists filter by (several in one string: together).
    """

    kind: str
    spoken: str
    param: str = "id"
    expandable: frozenset[str] = frozenset()
    included: dict[str, Callable[[Call, Json], Json]] = field(default_factory=dict)
    present: Callable[[Call, Row], Json] = lambda _call, row: row.body
    indexed: tuple[str, ...] = ()

    def row(self, call: Call, object_id: str) -> Row:
        """The account's object, or the 404 that Stripe answers."""
        row = call.store.row(call.account, self.kind, object_id)
        if row is None:
            raise no_such(self.spoken, object_id, self.param)
        return row

    def get(self, call: Call, object_id: str) -> Json:
        """The object as it is shown now."""
        return self.present(call, self.row(call, object_id))

    def list(
        self,
        call: Call,
        params: Json,
        url: str,
        *,
        by: tuple[str, ...] = (),
        where: list[Condition] | None = None,
    ) -> Json:
        """A page of the account's objects as Stripe's list object."""
        rows, more = listed(call, self.kind, params, noun=self.spoken, by=by, where=where)
        return page([self.present(call, row) for row in rows], more, url)
