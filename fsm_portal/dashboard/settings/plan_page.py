"""Settings, Plan: what each plan holds, and which one the company is on."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.plans import PlansView, show_plans
from fsm_portal.ui.badge import badge
from fsm_portal.ui.card import card
from fsm_portal.ui.icon import icon
from fsm_portal.ui.last_seen import last_seen


class PlanSettings(rx.State):
    view: PlansView = PlansView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> PlansView:
        return show_plans(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        return await take_seat(self, PlanSettings)


def plan_page() -> rx.Component:
    view = last_seen("settings_plan", PlanSettings.view)
    return settings_page(for_whoever_may(view, _page(view)), here="Plan", page=PlanSettings)


def _page(view: Any) -> rx.Component:
    return rx.fragment(
        rx.foreach(view.plans, _plan),
        rx.el.p(
            "A plan is changed by whoever runs this portal, on its own machine, with the command "
            "that stands at the plan. If that is you: it takes effect at once, and nothing is "
            "charged for it. ",
            view.fee,
            class_name="text-xs text-muted",
        ),
    )


def _plan(row: Any) -> rx.Component:
    return card(
        rx.el.div(
            rx.el.h2(row.name, class_name="text-base font-semibold"),
            rx.cond(row.is_present, badge("good", "Your plan")),
            class_name="mb-3 flex items-center gap-3",
        ),
        rx.el.ul(
            rx.foreach(
                row.holds,
                lambda text: rx.el.li(
                    rx.el.span(icon("check", "size-4"), class_name="mt-0.5 text-brand-ink"),
                    rx.el.span(text),
                    class_name="flex gap-2.5",
                ),
            ),
            rx.cond(
                row.lacks != "",
                rx.el.li(
                    rx.el.span(icon("close", "size-4"), class_name="mt-0.5"),
                    rx.el.span(row.lacks),
                    class_name="flex gap-2.5 text-muted",
                ),
            ),
            class_name="flex flex-col gap-2",
        ),
        rx.cond(
            ~row.is_present,
            rx.el.div(copyable(text=row.to_change), class_name="mt-4 min-w-0"),
        ),
        key=row.plan,
    )
