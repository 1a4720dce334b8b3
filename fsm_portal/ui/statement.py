"""A statement on screen, the same to the customer and to the office: which days, and what moved.

``statement`` is a StatementView throughout. Whose page it is, and what stands above it, is the
page's own.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx

from fsm_portal.flows.statement.statement_period import PRESETS
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import text_field
from fsm_portal.ui.link import link
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.pagination import pagination
from fsm_portal.ui.statement_table import currency_figures, currency_table

_PRESET = (
    "inline-flex min-h-9 items-center rounded-lg px-3 font-medium whitespace-nowrap "
    "transition-colors pointer-coarse:min-h-11"
)


def statement_days(
    statement: Any, address_of: Callable[[str], Any], on_submit: Any
) -> rx.Component:
    """The periods with a name, each a link to ``address_of(name)``, and two days to type."""
    return card(
        rx.el.nav(
            *[_preset(statement, name, label, address_of(name)) for name, label in PRESETS],
            aria_label="Period",
            class_name="-mx-1 flex flex-wrap gap-1",
        ),
        rx.el.form(
            text_field("From", name="from", type="date", default_value=statement.first),
            text_field("To", name="to", type="date", default_value=statement.last),
            button("Show", type="submit", kind="secondary"),
            on_submit=on_submit,
            no_validate=True,
            # The fields follow what is shown; what was typed and not asked for gives way.
            key=statement.first + statement.last,
            class_name="mt-4 grid grid-cols-2 items-start gap-3 sm:flex sm:items-end "
            "max-sm:*:last:col-span-2 sm:*:[div]:w-44 [&_p:empty]:hidden",
        ),
        class_name="print:hidden",
    )


def _preset(statement: Any, name: str, label: str, address: Any) -> rx.Component:
    here = statement.preset == name
    return link(
        label,
        to=address,
        class_name=rx.cond(
            here, f"{_PRESET} bg-brand-soft text-brand-ink", f"{_PRESET} text-muted hover:bg-sunken"
        ),
        custom_attrs={"aria-current": rx.cond(here, "true", "false")},
    )


def statement_problem(statement: Any, typed: Any, class_name: str) -> rx.Component:
    """What is wrong with the days: with those just ``typed`` first, else with the address's."""
    words = rx.cond(typed != "", typed, statement.problem)
    return rx.el.div(
        rx.cond(words != "", notice("No statement for these days", words, tone="warn")),
        role="alert",
        class_name=class_name,
    )


def statement_download(statement: Any) -> rx.Component:
    return link_button(
        "Download PDF",
        to=statement.pdf_url,
        icon="download",
        size="compact",
        document=True,
        target="_blank",
    )


def statement_sheet(
    statement: Any, turn: Callable[[int], Any], narrow: bool = False
) -> rx.Component:
    """The sums and the movements of each currency; ``narrow`` where it shares the width."""
    return rx.fragment(
        # Read out when a payment changes it while the page is open.
        live_region(statement.said, class_name="sr-only"),
        rx.foreach(statement.currencies, lambda of: currency_figures(of, narrow)),
        rx.foreach(statement.currencies, currency_table),
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
                    on_previous=turn(-1),
                    on_next=turn(1),
                    first=statement.is_first,
                    last=statement.is_last,
                ),
                class_name="!p-0 print:hidden",
            ),
        ),
    )
