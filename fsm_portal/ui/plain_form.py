"""A form that the browser submits itself, to a plain route: what is about the session's cookie."""

import reflex as rx
from reflex_components_core.el import Div

from fsm_portal.ui.values import Node, Text


class _PlainForm(Div):
    """Reflex's own form keeps every submission to itself."""

    tag = "form"


def plain_form(*children: Node, action: str, class_name: Text = "") -> rx.Component:
    """Posts its fields to ``action``."""
    return _PlainForm.create(
        *children,
        class_name=class_name,
        custom_attrs={"method": "post", "action": action},
    )
