"""Payouts: how far each is, when it arrives, and on a press what is in it."""

from typing import Any

import reflex as rx

from fsm_portal.ui.aging_chart import aging_chart
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button
from fsm_portal.ui.card import SURFACE
from fsm_portal.ui.empty import empty
from fsm_portal.ui.link import link
from fsm_portal.ui.values import if_any


def payouts_card(view: Any, on_toggle: Any) -> rx.Component:
    """``on_toggle`` opens the payout it is given, or closes it."""
    return rx.el.section(
        rx.el.h2("Payouts to your bank", class_name="p-5 pb-4 text-sm font-semibold sm:px-6"),
        rx.cond(
            view.bars.length() > 0,
            rx.el.div(
                aging_chart("The last payouts, by the day they arrive", view.bars),
                # Half as tall as on the overview: a hint of how it goes, not the page's subject.
                class_name="border-b border-line px-5 pb-5 sm:px-6 [&_svg]:max-h-24",
            ),
        ),
        rx.cond(
            view.payouts.length() > 0,
            rx.el.ul(
                rx.foreach(view.payouts, lambda row: _payout(row, on_toggle)),
                class_name="divide-y divide-line border-t border-line",
            ),
            empty(
                "No payouts yet",
                "Stripe sends what is available to your bank by itself, most often every working "
                "day. Each payout shows here with the payments in it.",
                icon="card",
            ),
        ),
        if_any(
            view.more_payouts,
            rx.el.p(view.more_payouts, class_name="px-5 py-3 text-xs text-muted sm:px-6"),
        ),
        class_name=f"{SURFACE} overflow-hidden",
    )


def _payout(row: Any, on_toggle: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.p(row.amount, class_name="font-semibold tabular-nums"),
                rx.el.p(row.arrives, class_name="mt-0.5 text-xs text-muted"),
                class_name="min-w-32 flex-1",
            ),
            badge(row.tone, row.status),
            button(
                rx.cond(row.is_open, "Hide", "What is in it"),
                kind="link",
                size="compact",
                on_click=on_toggle(row.id),
                aria_expanded=rx.cond(row.is_open, "true", "false"),
                aria_label=rx.cond(
                    row.is_open,
                    f"Hide what is in the payout of {row.amount}",
                    f"What is in the payout of {row.amount}",
                ),
            ),
            class_name="flex flex-wrap items-center gap-x-4 gap-y-1",
        ),
        if_any(
            row.trouble,
            rx.el.p(
                row.trouble,
                class_name="mt-1 text-tone wrap-anywhere",
                custom_attrs={"data-tone": "bad"},
            ),
        ),
        rx.cond(row.is_open, _inside(row)),
        key=row.id,
        class_name="px-5 py-3.5 sm:px-6",
    )


def _inside(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(row.contents, class_name="text-xs text-muted"),
        rx.el.ul(
            rx.foreach(row.rows, _carried),
            class_name="mt-1 divide-y divide-line empty:hidden",
        ),
        if_any(row.more, rx.el.p(row.more, class_name="mt-2 text-xs text-muted")),
        key="inside",
        class_name="mt-2 rounded-lg bg-sunken px-4 py-3",
    )


def _carried(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.cond(
                    one.invoice_id != "",
                    link(one.what, to=f"/dashboard/invoices/{one.invoice_id}/"),
                    rx.el.span(one.what),
                ),
                class_name="wrap-anywhere",
            ),
            rx.el.p(one.when, class_name="text-xs text-muted"),
            class_name="min-w-0",
        ),
        rx.el.span(one.net, class_name="shrink-0 font-medium tabular-nums"),
        key=one.id,
        class_name="flex items-baseline justify-between gap-4 py-2",
    )
