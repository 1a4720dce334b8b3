"""The name of whoever is signed in, in the corner of the desk.

It is told to the browser and kept there only: what stands in a State can be read by whoever
learns the tab's token, cookie or not. It is no part of the view either, because all staff of one
role share that.
"""

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.el import Span

from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.db import UNREACHABLE

_PLACE = "clerk"


class Signature(rx.State):
    """Holds nothing; answers the corner's question."""

    @rx.event
    async def sign(self) -> EventSpec | None:
        """Tell the browser who is signed in."""
        try:
            who = await clerk(self)
        except UNREACHABLE:
            # The page says so itself, and asks for the name again once it can be drawn.
            return None
        return to_sign_in() if who is None else rx.set_value(_PLACE, who.name)


class _Corner(Span):
    """Takes the place that ``rx.set_value`` looks for, which is otherwise an input's."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {
            "react": [rx.ImportVar(tag="useEffect"), rx.ImportVar(tag="useState")],
            "$/utils/state": [rx.ImportVar(tag="refs")],
        }

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const [clerk, setClerk] = useState(globalThis.clerk ?? '');"),
            rx.Var(
                f";useEffect(() => {{ refs['ref_{_PLACE}'] = {{ current: {{"
                " set value(name) { globalThis.clerk = name; setClerk(name); } } }; }, []);"
            ),
        ]


@rx.memo
def signature() -> rx.Component:
    """The name, asked for once: the pages the tab goes to from here know it already."""
    name = rx.Var("clerk", _var_type=str).guess_type()
    return _Corner.create(
        name,
        on_mount=rx.cond(name == "", Signature.sign(), rx.noop()),
        class_name="truncate",
    )
