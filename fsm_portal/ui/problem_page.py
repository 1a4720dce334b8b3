"""Pages for when there is nothing to show: not found, and a page that broke."""

import reflex as rx

from fsm_portal.ui.button import link_button
from fsm_portal.ui.icon import icon as draw
from fsm_portal.ui.link import document_link
from fsm_portal.ui.values import Node, Text


def problem_page(
    title: Text, text: Text, *, icon: str = "alert", action: Node = ""
) -> rx.Component:
    """A whole page: what is the matter, and what to do about it."""
    return rx.el.main(
        draw(icon, "size-10 text-muted"),
        rx.el.h1(title, class_name="mt-2 text-2xl font-semibold tracking-tight"),
        rx.el.p(text, class_name="max-w-md text-muted text-pretty"),
        rx.el.div(action, class_name="mt-4 empty:hidden"),
        class_name="flex min-h-dvh flex-col items-center justify-center gap-2 bg-page p-6 "
        "text-center text-ink",
    )


def not_found() -> rx.Component:
    """The same for what does not exist and for what is somebody else's."""
    return problem_page(
        "There is nothing here",
        "The page may have moved, or it belongs to another account than the one signed in.",
        icon="search",
        action=link_button("Go to the start page", to="/", document=True),
    )


def broken_page() -> rx.Component:
    """Shown in place of a page whose own code failed in the browser."""
    return problem_page(
        "This page stopped working",
        "Nothing has been lost or charged because of it. Loading the page again usually helps.",
        action=document_link(
            "Load again",
            href="",
            class_name="inline-flex min-h-11 items-center rounded-lg bg-brand px-4 font-semibold "
            "text-on-brand",
        ),
    )
