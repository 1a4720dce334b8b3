"""The last entry of a full bar on a phone: opens what does not fit, on the browser's own popover.

The browser puts it above the page, closes it on Escape and on a tap beside it, and tells those who
hear the page whether it is open.
"""

import reflex as rx

from fsm_portal.ui.card import SURFACE
from fsm_portal.ui.icon import icon
from fsm_portal.ui.navigation import ELSEWHERE, HERE, IN_BAR
from fsm_portal.ui.values import Node, in_browser, plain_id

_ID = "more-places"


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
        rx.el.nav(
            *entries,
            aria_label="More",
            # A link leads on without a reload, and would leave it open.
            on_click=rx.call_function(
                in_browser(f"(() => document.getElementById('{_ID}')?.hidePopover())")
            ),
            class_name=f"{SURFACE} fixed inset-auto right-2 "
            "bottom-[calc(4rem+env(safe-area-inset-bottom))] m-0 min-w-56 flex-col gap-1 p-2 "
            "text-ink shadow-xl open:flex lg:hidden",
            custom_attrs={"popover": "auto", **plain_id(_ID)},
        ),
    )
