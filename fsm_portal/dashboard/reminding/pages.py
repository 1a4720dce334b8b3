"""The pages of the schedule and of its letters, and their addresses."""

import reflex as rx

from fsm_portal.dashboard.reminding.letters_page import ReminderLetters, letters_page
from fsm_portal.dashboard.reminding.schedule_page import ReminderSettings, schedule_page


def register_reminding(app: rx.App) -> None:
    """Add Settings, Reminders, and the letters that it sends, to ``app``."""
    app.add_page(
        schedule_page,
        route="/dashboard/settings/reminders",
        title="Reminders",
        on_load=ReminderSettings.on_load,
    )
    app.add_page(
        letters_page,
        route="/dashboard/settings/reminders/letters",
        title="Letters of reminders",
        on_load=ReminderLetters.on_load,
    )
