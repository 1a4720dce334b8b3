"""The name of whoever is signed in, in the corner of the desk.

It is told to the browser and kept there only: what stands in a State can be read by whoever
learns the tab's token, cookie or not. It is no part of the view either, because all staff of one
role share that.
"""

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.el import Span

_NAME = "clerk"


def sign_as(name: str) -> EventSpec:
    """The event that puts ``name`` there, on this page and on those the tab goes to from it."""
    return rx.set_value(_NAME, name)


class _Signature(Span):
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
                f";useEffect(() => {{ refs['ref_{_NAME}'] = {{ current: {{"
                " set value(name) { globalThis.clerk = name; setClerk(name); } } }; }, []);"
            ),
        ]


@rx.memo
def signature() -> rx.Component:
    return _Signature.create(rx.Var("clerk", _var_type=str).guess_type(), class_name="truncate")
