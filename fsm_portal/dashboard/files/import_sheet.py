"""An uploaded file before it lands: what its columns are, and its first rows as they would be."""

from typing import Any

import reflex as rx

from fsm_portal.flows.importing.guess import DATES
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.field import select_field
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.values import if_any

_SELECT = (
    "block w-full min-h-11 rounded-lg border border-edge bg-surface px-3 text-base text-ink "
    "sm:text-sm"
)


def import_sheet(run: Any, page: Any) -> rx.Component:
    return rx.el.div(
        card(
            rx.el.div(
                rx.el.h2(run.file_name, class_name="font-semibold wrap-anywhere"),
                if_any(run.source, badge("quiet", "As exported by " + run.source)),
                class_name="flex flex-wrap items-center gap-3",
            ),
            rx.el.p(
                "Say which column of the file is what. What you leave out is left empty.",
                class_name="mt-1 text-muted",
            ),
            rx.el.div(
                rx.foreach(run.columns, lambda column: _column(column, run, page)),
                rx.cond(
                    run.has_dates,
                    select_field(
                        "How days are written",
                        DATES,
                        name="dates",
                        value=run.dates,
                        on_change=lambda value: page.choose("dates", value),
                    ),
                ),
                rx.cond(run.tax_rates.length() > 0, _tax(run, page)),
                class_name="mt-5 grid gap-4 sm:grid-cols-2 lg:grid-cols-3",
            ),
        ),
        live_region(
            rx.el.p(run.problem, class_name="font-medium text-bad empty:hidden wrap-anywhere")
        ),
        rx.cond(run.preview.length() > 0, _preview(run)),
        rx.el.div(
            link_button("Another file", to="/dashboard/import/"),
            button(
                "Import",
                icon="upload",
                disabled=run.problem != "",
                on_click=page.land,
            ),
            class_name="flex flex-wrap justify-end gap-3",
        ),
        class_name="flex flex-col gap-4",
    )


def _column(column: Any, run: Any, page: Any) -> rx.Component:
    return rx.el.label(
        rx.el.span(
            column.label,
            rx.cond(column.needed, rx.el.span(" (needed)", class_name="text-muted")),
            class_name="mb-1.5 block font-medium",
        ),
        rx.el.select(
            rx.el.option("Not in the file", value=""),
            rx.foreach(run.headers, lambda header: rx.el.option(header, value=header)),
            value=column.header,
            on_change=lambda value: page.choose(column.name, value),
            class_name=_SELECT,
        ),
        key=column.name,
        class_name="block min-w-0",
    )


def _tax(run: Any, page: Any) -> rx.Component:
    return rx.el.label(
        rx.el.span("Tax on top of the prices", class_name="mb-1.5 block font-medium"),
        rx.el.select(
            rx.el.option("None", value=""),
            rx.foreach(run.tax_rates, lambda rate: rx.el.option(rate.label, value=rate.id)),
            value=run.tax_rate,
            on_change=lambda value: page.choose("tax_rate", value),
            class_name=_SELECT,
        ),
        class_name="block min-w-0",
    )


def _preview(run: Any) -> rx.Component:
    return table_card(
        "The first rows as they would be",
        table(
            "First rows",
            [
                Column("Line", lambda row: row.line, card="none"),
                Column(
                    "Row",
                    lambda row: rx.el.span(row.title, class_name="font-medium wrap-anywhere"),
                    card="wide",
                ),
                Column("What it becomes", _becomes, card="wide"),
            ],
            run.preview,
            key=lambda row: row.line,
        ),
    )


def _becomes(row: Any) -> rx.Component:
    return rx.cond(
        row.problem != "",
        rx.el.div(
            badge("bad", "Refused"),
            rx.el.p(row.problem, class_name="mt-1 text-xs text-bad wrap-anywhere"),
        ),
        rx.el.p(row.text, class_name="text-muted wrap-anywhere"),
    )
