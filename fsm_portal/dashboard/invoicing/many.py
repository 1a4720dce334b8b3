"""Many invoices at once: the ticks, the bar that appears with them, and what came of it."""

from typing import Any

import reflex as rx

from fsm_portal.ui.button import button, icon_button
from fsm_portal.ui.card import SURFACE
from fsm_portal.ui.link import link
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.progress import progress
from fsm_portal.ui.tick import tick

# Above the list's end wherever one has scrolled to, and above a phone's bar.
IN_REACH = "sticky bottom-20 z-20 flex flex-col gap-2 lg:bottom-4"


def one_of_them(row: Any, view: Any, page: Any) -> rx.Component:
    """The tick of a row; only what can be sent has one."""
    return rx.cond(
        view.desk.may_send,
        rx.cond(
            row.sendable,
            tick(
                rx.Var.create("Choose ") + row.number,
                ticked=page.chosen.contains(row.id),
                on_change=lambda ticked: page.choose([row.id], ticked),
                follows=True,
            ),
            rx.el.span(class_name="-my-3 -ml-3 size-11 shrink-0 max-sm:hidden"),
        ),
    )


def all_of_them(view: Any, page: Any) -> rx.Component:
    """The tick for all that can be sent of the page."""
    count = view.sendable_ids.length()
    return rx.cond(
        count > 1,
        rx.el.div(
            tick(
                "Choose all that can be sent on this page",
                ticked=page.chosen.length() == count,
                on_change=lambda ticked: page.choose(view.sendable_ids, ticked),
                follows=True,
            ),
            rx.el.span(
                "All ",
                count.to_string(),
                " that can be sent",
                aria_hidden="true",
                class_name="text-xs text-muted",
            ),
            class_name="flex items-center px-5 pb-1",
        ),
    )


def chosen_bar(bulk: Any, page: Any) -> rx.Component:
    """What is ticked, and what is done with it. Always in reach while something is.

    ``bulk`` is the BulkView of the press before: the next one waits until it is through.
    """
    at_work = (bulk.id != "") & ~bulk.done
    count = page.chosen.length()
    return rx.cond(
        count > 0,
        rx.el.div(
            rx.el.p(
                count.to_string(),
                " chosen",
                class_name="mr-auto font-medium tabular-nums",
                aria_live="polite",
            ),
            button("Clear", kind="link", size="compact", on_click=page.choose(page.chosen, False)),
            button(
                rx.cond(count == 1, "Remind of 1", rx.Var.create("Remind of ") + count.to_string()),
                kind="secondary",
                icon="clock",
                size="compact",
                disabled=at_work,
                on_click=page.remind_chosen,
            ),
            button(
                rx.cond(
                    count == 1,
                    "Send 1 invoice",
                    rx.Var.create("Send ") + count.to_string() + " invoices",
                ),
                icon="send",
                size="compact",
                loading=at_work,
                on_click=page.send_chosen,
            ),
            class_name=f"{SURFACE} in-reach flex flex-wrap items-center gap-3 p-3 pl-5 shadow-lg",
        ),
    )


def bulk_news(bulk: Any, page: Any) -> rx.Component:
    """How far the sending is; then how many went, and which did not and why."""
    return live_region(
        rx.cond(
            bulk.id != "",
            rx.el.section(
                rx.el.div(
                    rx.cond(
                        bulk.done,
                        rx.el.p(bulk.result, class_name="font-semibold", key="result"),
                        rx.el.div(
                            progress(
                                rx.cond(bulk.reminds, "Sending reminders", "Sending invoices"),
                                bulk.percent,
                                bulk.words,
                            ),
                            key="progress",
                            class_name="w-full",
                        ),
                    ),
                    rx.cond(bulk.done, icon_button("close", "Dismiss", on_click=page.heard)),
                    class_name="flex items-center justify-between gap-3",
                ),
                rx.cond(
                    bulk.not_sent.length() > 0,
                    rx.el.ul(
                        rx.foreach(bulk.not_sent, _not_sent),
                        aria_label="Not sent",
                        class_name="mt-2 max-h-[30vh] divide-y divide-line overflow-y-auto "
                        "border-t border-line",
                        tab_index=0,
                    ),
                ),
                aria_label="Sending many",
                class_name=f"{SURFACE} in-reach p-5 py-4 shadow-lg",
            ),
        ),
        class_name="empty:hidden",
    )


def _not_sent(one: Any) -> rx.Component:
    return rx.el.li(
        link(one.number, to=rx.Var.create("/dashboard/invoices/") + one.invoice_id + "/"),
        rx.el.span(one.why, class_name="text-muted wrap-anywhere"),
        key=one.invoice_id,
        class_name="flex flex-wrap gap-x-3 py-2",
    )
