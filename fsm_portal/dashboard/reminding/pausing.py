"""On a customer's page: whether they are reminded, and the button that changes it."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.reminding.reminding import Reminding
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card


def reminders_card(view: Any, may_edit: Any) -> rx.Component:
    """``view.reminders`` is a PauseView."""
    pause = view.reminders
    return titled_card(
        "Reminders",
        rx.cond(
            pause.paused,
            rx.el.div(
                rx.el.p("Not reminded of anything", class_name="font-medium"),
                rx.el.p(pause.note, class_name="mt-0.5 text-xs text-muted wrap-anywhere"),
                key="paused",
            ),
            rx.el.p(
                "Reminded of open invoices, by the schedule in Settings.",
                key="on",
                class_name="text-muted",
            ),
        ),
        rx.cond(
            may_edit,
            rx.el.div(
                rx.cond(
                    pause.paused,
                    button(
                        "Resume",
                        kind="secondary",
                        size="compact",
                        on_click=Reminding.resume(view.id),
                        key="resume",
                    ),
                    button(
                        "Pause",
                        kind="secondary",
                        size="compact",
                        on_click=Reminding.pause(view.id),
                        key="pause",
                    ),
                ),
                class_name="mt-3",
            ),
        ),
    )
