"""Settings, Reminders: whether and when customers are reminded, and who is next."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.reminding.coming import coming_card
from fsm_portal.dashboard.reminding.steps import ReminderSteps, steps_card
from fsm_portal.dashboard.settings.saving import (
    SettingsForm,
    keeping,
    problem,
    settings_form,
    texts_of,
)
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.reminding.its_steps import PATH as LETTERS
from fsm_portal.flows.reminding.round import LAST_HOUR
from fsm_portal.flows.reminding.schedule import (
    EARLIEST_HOUR,
    REMINDERS,
)
from fsm_portal.flows.reminding.show_schedule import ScheduleView, show_schedule
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.field import checkbox, select_field
from fsm_portal.ui.last_seen import last_seen


class ReminderSettings(SettingsForm, rx.State):
    view: ScheduleView = ScheduleView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> ScheduleView:
        return show_schedule(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, ReminderSettings, ReminderSteps)
        return await take_seat(self, ReminderSettings)

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep whether and from which hour on there are reminders."""
        async for step in keeping(self, REMINDERS, form, "Reminders saved"):
            yield step


def schedule_page() -> rx.Component:
    view = last_seen("settings_reminders", ReminderSettings.view)
    return settings_page(
        for_whoever_may(view, _page(view)), here="Reminders", page=ReminderSettings
    )


def _page(view: Any) -> rx.Component:
    return rx.fragment(
        card(_form(view)),
        steps_card(view),
        coming_card(view),
        titled_card(
            "The letters",
            rx.el.p(
                "Each of them as a customer of yours would get it, in their language, before it "
                "leaves. Everybody can stop reminders by one click; you find it on their page.",
                class_name="-mt-2 mb-3 text-muted text-pretty",
            ),
            link_button("See the letters", to=LETTERS, kind="secondary", icon="mail"),
        ),
    )


def _form(view: Any) -> rx.Component:
    hours = [(str(hour), _on_the_clock(hour)) for hour in range(EARLIEST_HOUR, LAST_HOUR)]
    return settings_form(
        checkbox(
            "Remind customers by email",
            name="on",
            hint="Of invoices with something left to pay, on the days below. Never while a bank "
            "payment is on its way or disputed, and never of what is paid or void. A day on which "
            "the portal did not run is left out, not made up for.",
            default_checked=texts_of(view)["on"] == "on",
        ),
        rx.el.div(
            select_field(
                "Not before",
                hours,
                name="hour",
                hint="By the clock of " + view.time_zone + ". None leave in the evening or at "
                "night.",
                error=problem(ReminderSettings, "hour"),
                default_value=texts_of(view)["hour"],
            ),
            class_name="max-w-xs",
        ),
        state=ReminderSettings,
        view=view,
    )


def _on_the_clock(hour: int) -> str:
    """Both ways of reading a clock are in use among our readers."""
    half = "noon" if hour == 12 else f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"
    return f"{hour}:00 ({half})"
