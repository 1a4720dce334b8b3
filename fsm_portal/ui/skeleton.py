"""The outline of what is coming, while it loads. Prerendered, so it is the first thing painted."""

import reflex as rx

from fsm_portal.ui.card import card


def skeleton(class_name: str = "h-4 w-full") -> rx.Component:
    """One grey bar; ``class_name`` gives its size."""
    corners = "" if "rounded" in class_name else "rounded-md "
    return rx.el.div(class_name=f"skeleton {corners}bg-line {class_name}")


def skeleton_card(lines: int = 4, class_name: str = "") -> rx.Component:
    """A card with a heading and ``lines`` of text to come."""
    return card(
        rx.el.div(
            skeleton("h-4 w-1/4"),
            skeleton("h-8 w-1/2"),
            *[skeleton(f"h-4 {'w-full' if at % 2 else 'w-5/6'}") for at in range(lines)],
            class_name="flex flex-col gap-4",
        ),
        class_name=class_name,
    )


def loading(*shapes: rx.Component) -> rx.Component:
    """``shapes`` with the word for those who do not see them."""
    return rx.el.div(
        rx.el.span("Loading", class_name="sr-only"),
        *shapes,
        role="status",
        class_name="flex flex-col gap-4",
    )


def skeleton_page() -> rx.Component:
    """A page of which nothing is known yet, not even whose it is.

    It stands in the file served for every page whose address holds an id, until scripts run.
    """
    return rx.el.div(
        rx.el.title("Loading"),
        rx.el.div(
            skeleton("size-10 rounded-full"),
            skeleton("h-4 w-40"),
            class_name="flex h-16 items-center gap-3 border-b border-line bg-surface px-4 sm:px-6",
        ),
        rx.el.main(
            rx.el.h1("Loading", class_name="sr-only"),
            loading(skeleton_card(2), skeleton_card(5)),
            class_name="mx-auto w-full max-w-[62rem] px-4 py-6 sm:py-10",
        ),
        class_name="min-h-dvh",
    )
