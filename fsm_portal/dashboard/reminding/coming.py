"""Who is reminded in the next days."""

from typing import Any

import reflex as rx

from fsm_portal.ui.card import titled_card
from fsm_portal.ui.link import link
from fsm_portal.ui.notice import notice
from fsm_portal.ui.values import if_any


def coming_card(view: Any) -> rx.Component:
    """As things stand: what is paid until then is not reminded of."""
    return titled_card(
        "In the next seven days",
        rx.cond(
            ~view.on & (view.coming.length() > 0),
            rx.el.div(
                notice(
                    "Reminders are off",
                    "This is what would go out if they were on.",
                    tone="quiet",
                ),
                class_name="mb-4",
            ),
        ),
        rx.cond(
            view.coming.length() > 0,
            rx.el.div(rx.foreach(view.coming, _day), class_name="flex flex-col gap-5"),
            rx.el.p(
                rx.cond(
                    view.steps.length() > 0,
                    "No open invoice comes to one of these days.",
                    "Choose when to remind, and the invoices that come next stand here.",
                ),
                class_name="text-muted",
            ),
        ),
    )


def _day(day: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h3(day.words, class_name="font-semibold"),
            rx.el.span(day.count, class_name="text-xs text-muted tabular-nums"),
            class_name="flex flex-wrap items-baseline justify-between gap-x-4",
        ),
        rx.el.ul(rx.foreach(day.rows, _row), class_name="mt-1 divide-y divide-line"),
        if_any(day.more, rx.el.p(day.more, class_name="mt-1 text-xs text-muted")),
        key=day.id,
    )


def _row(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                link(row.number, to=rx.Var.create("/dashboard/invoices/") + row.id.to(str) + "/"),
                rx.el.span(row.customer, class_name="ml-3 wrap-anywhere"),
            ),
            rx.el.p(
                rx.cond(row.quiet != "", "Not sent: " + row.quiet, row.step),
                class_name=rx.cond(
                    row.quiet != "", "text-xs font-medium text-tone", "text-xs text-muted"
                ),
                custom_attrs={"data-tone": "warn"},
            ),
            class_name="min-w-0",
        ),
        rx.el.div(
            rx.el.p(row.amount, class_name="font-medium tabular-nums"),
            link("See letter", to=row.letter, aria_label="See the letter about " + row.number),
            class_name="shrink-0 text-right",
        ),
        key=row.id,
        class_name="flex items-start justify-between gap-4 py-2",
    )
