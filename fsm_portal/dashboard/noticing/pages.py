"""The pages of the notices and their addresses."""

import reflex as rx

from fsm_portal.dashboard.noticing.notices_page import NoticesPage, notices_page
from fsm_portal.dashboard.noticing.notifications_page import (
    NotificationSettings,
    notifications_page,
)


def register_noticing(app: rx.App) -> None:
    """Add the list of notices, and Settings, Notifications, to ``app``."""
    app.add_page(
        notices_page, route="/dashboard/notices", title="Notices", on_load=NoticesPage.on_load
    )
    app.add_page(
        notifications_page,
        route="/dashboard/settings/notifications",
        title="Notifications",
        on_load=NotificationSettings.on_load,
    )
