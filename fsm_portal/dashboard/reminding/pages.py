"""The page of the schedule and its address."""

import reflex as rx

from fsm_portal.dashboard.reminding.schedule_page import ReminderSettings, schedule_page


def register_reminding(app: rx.App) -> None:
    """Add Settings, Reminders to ``app``."""
    app.add_page(
        schedule_page,
        route="/dashboard/settings/reminders",
        title="Reminders",
        on_load=ReminderSettings.on_load,
    )
