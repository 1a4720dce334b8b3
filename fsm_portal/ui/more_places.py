"""The last entry of a full bar on a phone: opens what does not fit, on the browser's own popover.

The browser puts it above the page, closes it on Escape and on a tap beside it, and tells those who
hear the page whether it is open.
"""

import reflex as rx
from reflex_components_core.el import Nav

from fsm_portal.ui.card import SURFACE
from fsm_portal.ui.icon import icon
from fsm_portal.ui.navigation import ELSEWHERE, HERE, IN_BAR
from fsm_portal.ui.values import Node, plain_id

_ID = "more-places"


class _Popover(Nav):
    """Closes with each step on the way: a link leads on without a reload, and would leave it."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {
            "react": [rx.ImportVar(tag="useEffect")],
            "react-router": [rx.ImportVar(tag="useLocation")],
        }

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const step = useLocation().key;"),
            rx.Var(
                f";useEffect(() => {{ document.getElementById('{_ID}')?.hidePopover(); }}, [step]);"
            ),
        ]


def more_places(*entries: Node, here: bool) -> rx.Component:
    """``here``: the page belongs to one of ``entries``."""
    return rx.fragment(
        rx.el.button(
            icon("more"),
            "More",
            type="button",
            class_name=f"flex items-center font-medium {IN_BAR} {HERE if here else ELSEWHERE}",
            custom_attrs={"popoverTarget": _ID},
        ),
        _Popover.create(
            *entries,
            aria_label="More",
            class_name=f"{SURFACE} fixed inset-auto right-2 "
            "bottom-[calc(4rem+env(safe-area-inset-bottom))] m-0 min-w-56 flex-col gap-1 p-2 "
            "text-ink shadow-xl open:flex lg:hidden",
            custom_attrs={"popover": "auto", **plain_id(_ID)},
        ),
    )
