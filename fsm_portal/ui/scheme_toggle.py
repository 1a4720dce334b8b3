"""Light or dark: the system's choice until the reader makes one, which the browser remembers."""

import reflex as rx

from fsm_portal.ui.button import ICON_ONLY
from fsm_portal.ui.icon import icon


def scheme_toggle() -> rx.Component:
    """Both icons are in the page and the scheme's class shows one: nothing flashes at load."""
    return rx.el.button(
        icon("moon", "size-5 dark:hidden"),
        icon("sun", "size-5 not-dark:hidden"),
        type="button",
        on_click=rx.toggle_color_mode,
        aria_label="Switch between light and dark",
        title="Switch between light and dark",
        class_name=ICON_ONLY,
    )
