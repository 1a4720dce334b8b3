"""The pages of the settings and their addresses."""

import reflex as rx

from fsm_portal.dashboard.settings.company_page import CompanySettings, company_settings
from fsm_portal.dashboard.settings.home_page import SettingsHome, settings_home
from fsm_portal.dashboard.settings.payment_processing_page import (
    PaymentProcessing,
    payment_processing_page,
)


def register_settings(app: rx.App) -> None:
    """Add the pages of the settings to ``app``."""
    for part, page, state, title in (
        ("", settings_home, SettingsHome, "Settings"),
        ("/company", company_settings, CompanySettings, "Company"),
        (
            "/payment-processing",
            payment_processing_page,
            PaymentProcessing,
            "Payment processing",
        ),
    ):
        app.add_page(page, route=f"/dashboard/settings{part}", title=title, on_load=state.on_load)
