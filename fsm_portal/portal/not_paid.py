"""Why a press of Pay led to no payment. It stands below its button, and comes into sight."""

from typing import Any

import reflex as rx
from reflex_components_core.el import Div

from fsm_portal.ui.notice import notice
from fsm_portal.ui.values import if_any


class _InSight(Div):
    """Whenever ``words`` are others, it is neither below the screen nor behind a phone's bar."""

    words: rx.Var[str]

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag=tag) for tag in ("useEffect", "useRef")]}

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const why = useRef(null);"),
            rx.Var(
                "useEffect(() => {"
                f" if ({self.words!s}) why.current.scrollIntoView({{ block: 'nearest' }});"
                f"}}, [{self.words!s}]);"
            ),
        ]

    def _exclude_props(self) -> list[str]:
        return ["words"]


# A component of its own in the browser: it knows when its own words are there.
@rx.memo
def _in_sight(children: rx.Var[rx.Component], words: rx.Var[str]) -> rx.Component:
    return _InSight.create(children, words=words, ref=rx.Var("why"), class_name="scroll-mb-24")


def not_paid(page: Any, class_name: str) -> rx.Component:
    """``page`` is a State with Paying. Read out when it comes, so the region is always there."""
    return rx.el.div(
        _in_sight(
            if_any(
                page.problem,
                rx.el.div(notice("Not paid", page.problem, tone="warn"), class_name=class_name),
            ),
            words=page.problem,
        ),
        role="alert",
    )
