"""What each role may do, drawn from the matrix that every handler asks."""

import reflex as rx

from fsm_portal.domain.role import Role
from fsm_portal.flows.team.role_words import MAY_WORDS
from fsm_portal.ui.icon import icon

_CELL = "px-1 text-center sm:px-2"
_FOR_EVERYBODY = "Read invoices, payments, customers and jobs"


def role_matrix() -> rx.Component:
    """A table: a row for each right, a column for each role."""
    return rx.el.div(
        rx.el.table(
            rx.el.caption("What each role may do", class_name="sr-only"),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th(rx.el.span("Right", class_name="sr-only"), scope="col"),
                    *[
                        rx.el.th(
                            role.value.capitalize(),
                            scope="col",
                            class_name=f"{_CELL} pb-2 text-xs font-medium text-muted",
                        )
                        for role in Role
                    ],
                )
            ),
            rx.el.tbody(
                _row(_FOR_EVERYBODY, [True] * len(Role)),
                *[_row(MAY_WORDS[may], [role.may(may) for role in Role]) for may in MAY_WORDS],
                class_name="divide-y divide-line",
            ),
            class_name="w-full",
        ),
        rx.el.p(
            "An admin may do what an owner may, but makes and changes no owner.",
            class_name="mt-3 text-xs text-muted",
        ),
        # Scrolls with the keyboard too, where it is wider than the screen.
        tab_index=0,
        role="group",
        aria_label="What each role may do",
        class_name="overflow-x-auto",
    )


def _row(words: str, allowed: list[bool]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(words, scope="row", class_name="py-2 pr-2 text-left font-normal"),
        *[rx.el.td(_mark(each), class_name=f"{_CELL} py-2") for each in allowed],
    )


def _mark(allowed: bool) -> rx.Component:
    if not allowed:
        return rx.el.span("–", rx.el.span("No", class_name="sr-only"), class_name="text-muted")
    return rx.el.span(
        icon("check", "inline size-4 text-tone"),
        rx.el.span("Yes", class_name="sr-only"),
        custom_attrs={"data-tone": "good"},
    )
