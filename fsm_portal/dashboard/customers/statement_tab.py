"""The statement of a customer, as that customer sees it, for any days."""

from typing import Any

import reflex as rx

from fsm_portal.flows.statement_period import PRESETS
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import text_field
from fsm_portal.ui.figure import figure, figures
from fsm_portal.ui.link import PLAIN, document_link, link
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.pagination import pagination
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.values import if_any

_PRESET = (
    "inline-flex min-h-9 items-center rounded-lg px-3 font-medium whitespace-nowrap "
    "transition-colors pointer-coarse:min-h-11"
)


def statement_tab(view: Any, page: Any) -> rx.Component:
    """``view`` is a CustomerPageView, ``page`` its State."""
    statement = view.statement
    words = rx.cond(page.problem != "", page.problem, statement.problem)
    return rx.el.div(
        _days(view, statement, page),
        rx.el.div(
            rx.cond(words != "", notice("No statement for these days", words, tone="warn")),
            role="alert",
            class_name="empty:hidden",
        ),
        rx.cond(statement.problem == "", _statement(statement, page)),
        class_name="flex flex-col gap-4",
    )


def _days(view: Any, statement: Any, page: Any) -> rx.Component:
    return card(
        rx.el.nav(
            *[_preset(view, statement, name, label) for name, label in PRESETS],
            aria_label="Period",
            class_name="-mx-1 flex flex-wrap gap-1",
        ),
        rx.el.form(
            text_field("From", name="from", type="date", default_value=statement.first),
            text_field("To", name="to", type="date", default_value=statement.last),
            button("Show", type="submit", kind="secondary"),
            on_submit=page.show_days,
            no_validate=True,
            # The fields follow what is shown; what was typed and not asked for gives way.
            key=statement.first + statement.last,
            class_name="mt-4 grid grid-cols-2 items-start gap-3 sm:flex sm:items-end "
            "max-sm:*:last:col-span-2 sm:*:[div]:w-44 [&_p:empty]:hidden",
        ),
        class_name="print:hidden",
    )


def _preset(view: Any, statement: Any, name: str, label: str) -> rx.Component:
    here = statement.preset == name
    return link(
        label,
        to=f"/dashboard/customers/{view.id}/?show=statement&period={name}",
        class_name=rx.cond(
            here, f"{_PRESET} bg-brand-soft text-brand-ink", f"{_PRESET} text-muted hover:bg-sunken"
        ),
        custom_attrs={"aria-current": rx.cond(here, "true", "false")},
    )


def _statement(statement: Any, page: Any) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.p(statement.period, class_name="font-medium"),
            rx.cond(
                statement.pdf_url != "",
                link_button(
                    "Download PDF",
                    to=statement.pdf_url,
                    icon="download",
                    size="compact",
                    document=True,
                    target="_blank",
                ),
            ),
            class_name="flex flex-wrap items-center justify-between gap-3",
        ),
        # Read out when a payment changes it while the page is open.
        live_region(statement.said, class_name="sr-only"),
        rx.foreach(statement.currencies, _figures),
        rx.foreach(statement.currencies, _movements),
        rx.cond(
            statement.nothing,
            card(
                empty(
                    "Nothing happened in these days",
                    "Invoices, payments and refunds show here on the day they are made. Choose "
                    "other days to see more.",
                    icon="statement",
                )
            ),
        ),
        rx.cond(
            statement.place != "",
            card(
                pagination(
                    statement.place,
                    on_previous=page.turn(-1),
                    on_next=page.turn(1),
                    first=statement.is_first,
                    last=statement.is_last,
                ),
                class_name="!p-0 print:hidden",
            ),
        ),
    )


def _figures(of: Any) -> rx.Component:
    return rx.el.div(
        figures(
            figure("Opening balance", of.opening),
            figure("Charges", of.raised),
            figure("Payments and credits", of.lowered),
            figure("Closing balance", of.closing, of.closing_words),
        ),
        # In the narrower column beside the customer: two abreast, or four.
        class_name="[&_dd:first-of-type]:text-lg lg:[&>dl]:grid-cols-2 "
        "xl:[&>dl]:grid-cols-4 sm:[&>dl>div]:p-4",
        key=of.currency,
    )


def _movements(of: Any) -> rx.Component:
    return rx.cond(
        of.rows.length() > 0,
        table_card(
            of.name,
            table(
                "Movements",
                [
                    Column("Date", lambda row: row.day, card="none"),
                    Column("Description", _what, strong=True, card="tall"),
                    Column("Amount", lambda row: row.amount, figure=True, card="top"),
                    Column("Balance", _balance, figure=True, card="right"),
                ],
                of.rows,
                key=lambda row: row.id,
            ),
        ),
    )


def _what(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            row.page != "",
            link(row.title, to=row.page),
            rx.el.span(
                row.title,
                class_name=rx.cond(row.kind == "balance", "font-semibold", "font-medium"),
            ),
        ),
        rx.el.p(
            # On a phone the day has no column of its own.
            rx.el.span(row.day, class_name="sm:hidden"),
            if_any(
                row.note, rx.el.span(row.note, class_name="not-first:max-sm:before:content-['·_']")
            ),
            if_any(
                row.document,
                document_link(
                    "Receipt",
                    href=row.document,
                    target="_blank",
                    class_name=f"{PLAIN} inline-flex min-h-6 items-center print:hidden",
                    aria_label="Receipt of " + row.day.to(str) + ", " + row.amount.to(str),
                ),
            ),
            class_name="flex flex-wrap gap-x-2 text-xs font-normal text-muted empty:hidden",
        ),
    )


def _balance(row: Any) -> rx.Component:
    return rx.fragment(
        rx.el.span("Balance ", class_name="font-normal text-muted sm:hidden"), row.balance
    )
