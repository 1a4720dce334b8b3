"""The office's first page, live."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.invoice_table import invoice_table
from fsm_portal.dashboard.sending import Sending, address_dialog
from fsm_portal.dashboard.settings.setting_up import setup_reminder
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.overview.show_overview import OverviewView, show_overview
from fsm_portal.ui.activity import activity
from fsm_portal.ui.aging_chart import aging_chart
from fsm_portal.ui.card import card, card_title, titled_card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.figure import figure, figures
from fsm_portal.ui.icon import icon
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.skeleton import loading, skeleton, skeleton_card
from fsm_portal.ui.table import table_card
from fsm_portal.ui.title import page_title
from fsm_portal.ui.values import if_any


class OverviewPage(rx.State):
    view: OverviewView = OverviewView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> OverviewView:
        return show_overview(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, Sending)
        return await take_seat(self, OverviewPage)


def overview_page() -> rx.Component:
    view = last_seen("overview", OverviewPage.view)
    return staff_page(
        page_title("Overview"),
        rx.cond(view.loaded, _overview(view), _outline()),
        address_dialog(),
        here="Overview",
        page=OverviewPage,
    )


def _overview(view: Any) -> rx.Component:
    return rx.el.div(
        setup_reminder(view.desk.setup),
        figures(
            figure("Received today", view.today.amount, view.today.note),
            figure("Received this week", view.week.amount, view.week.note),
            figure("Outstanding", view.outstanding.amount, view.outstanding.note),
            figure("Overdue", view.overdue.amount, view.overdue.note),
        ),
        if_any(view.others, rx.el.p(view.others, class_name="text-xs text-muted")),
        rx.el.div(
            rx.el.div(
                rx.cond(view.alerts.length() > 0, _attention(view)),
                titled_card(
                    "Receivables by age",
                    rx.el.div(
                        aging_chart("Receivables by age", view.ages), class_name="mt-auto w-full"
                    ),
                    class_name="flex grow flex-col",
                ),
                class_name="flex min-w-0 flex-col gap-4 lg:col-span-2",
            ),
            _activity(view),
            class_name="grid gap-4 lg:grid-cols-3",
        ),
        table_card(
            "Newest invoices",
            rx.cond(
                view.newest.length() > 0,
                invoice_table(view.newest, view.desk),
                empty("No invoices yet", "The first one will be here as soon as there is one."),
            ),
            foot=rx.el.p(link("All invoices", to="/dashboard/invoices/"), class_name="px-5 py-3.5"),
        ),
        key="overview",
        class_name="flex flex-col gap-4",
    )


def _attention(view: Any) -> rx.Component:
    return card(
        rx.el.h2("Needs attention", class_name="mb-3 text-sm font-semibold"),
        rx.el.ul(rx.foreach(view.alerts, _alert), class_name="flex flex-col gap-3"),
    )


def _alert(alert: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(icon("alert", "size-5"), class_name="text-tone"),
        rx.el.div(
            rx.el.p(_leading(alert.title, alert["to"]), class_name="font-medium wrap-anywhere"),
            rx.el.p(alert.text, class_name="mt-0.5 text-xs text-muted wrap-anywhere"),
            class_name="min-w-0",
        ),
        key=alert.id,
        class_name="flex items-start gap-3",
        custom_attrs={"data-tone": alert.tone},
    )


def _activity(view: Any) -> rx.Component:
    """On a desk as tall as what stands beside it; the rest can be scrolled to."""
    return card(
        rx.el.div(
            card_title("Activity"),
            rx.cond(
                view.happenings.length() > 0,
                activity(view.happenings, _happening),
                rx.el.p(
                    "Invoices sent and payments will show here as they happen.",
                    class_name="text-muted",
                ),
            ),
            tab_index=0,
            role="region",
            aria_label="Activity",
            class_name="rounded-2xl lg:absolute lg:inset-0 lg:overflow-y-auto lg:p-6",
        ),
        class_name="lg:relative lg:min-h-96",
    )


def _happening(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.p(_leading(one.title, one["to"]), class_name="font-medium wrap-anywhere"),
        rx.el.p(
            one.note,
            # A number is not broken in two.
            if_any(one.about, rx.fragment(" · ", rx.el.span(one.about, class_name="inline-block"))),
            class_name="mt-0.5 text-xs text-muted wrap-anywhere",
        ),
        key=one.id,
        class_name="border-l-2 border-tone pl-3",
        custom_attrs={"data-tone": one.tone},
    )


def _leading(title: Any, to: Any) -> rx.Component:
    """A sentence that leads to the page it is about, if there is one."""
    return rx.cond(
        to != "",
        link(title, to=to, class_name="rounded-sm underline-offset-4 hover:underline"),
        rx.el.span(title),
    )


def _outline() -> rx.Component:
    return loading(
        rx.el.div(
            *[
                card(skeleton("h-4 w-24"), skeleton("mt-3 h-7 w-32"), skeleton("mt-3 h-3 w-20"))
                for _ in range(4)
            ],
            class_name="grid grid-cols-2 gap-3 lg:grid-cols-4",
        ),
        rx.el.div(
            skeleton_card(6, "lg:col-span-2"),
            skeleton_card(6),
            class_name="grid gap-4 lg:grid-cols-3",
        ),
        skeleton_card(6),
    )
