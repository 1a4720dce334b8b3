"""Links: inside the app without a reload, and to plain documents or other sites."""

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.inline import A
from reflex_components_core.react_router.dom import ReactRouterLink

from fsm_portal.ui.values import Node, Text

PLAIN = "font-medium text-brand-ink underline-offset-4 hover:underline rounded-sm"


def link(*children: Node, to: Text, class_name: str = PLAIN, **props: Any) -> rx.Component:
    """To another page of the app. A static route is named with its trailing slash."""
    return ReactRouterLink.create(*children, to=to, class_name=class_name, **props)


def document_link(
    *children: Node, href: Text, class_name: str = PLAIN, **props: Any
) -> rx.Component:
    """To what the app's router does not own: a PDF, a sign-in page, another site."""
    # Not rx.el.a: that is the router's link too, and would look for the address among our pages.
    return A.create(*children, href=href, class_name=class_name, **props)
