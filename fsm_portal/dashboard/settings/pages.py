"""The pages of the settings and their addresses."""

import reflex as rx

from fsm_portal.dashboard.settings.billing_portal_page import (
    BillingPortalSettings,
    billing_portal_page,
)
from fsm_portal.dashboard.settings.branding_page import BrandingSettings, branding_page
from fsm_portal.dashboard.settings.company_page import CompanySettings, company_settings
from fsm_portal.dashboard.settings.customer_portal_page import (
    CustomerPortalSettings,
    customer_portal_page,
)
from fsm_portal.dashboard.settings.emails_page import EmailSettings, emails_page
from fsm_portal.dashboard.settings.home_page import SettingsHome, settings_home
from fsm_portal.dashboard.settings.invoices_page import InvoiceSettings, invoice_settings_page
from fsm_portal.dashboard.settings.payment_processing_page import (
    PaymentProcessing,
    payment_processing_page,
)
from fsm_portal.dashboard.settings.plan_page import PlanSettings, plan_page
from fsm_portal.dashboard.settings.taxes_page import TaxSettings, taxes_page
from fsm_portal.dashboard.settings.welcome_page import Welcome, welcome_page


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
        ("/customer-portal", customer_portal_page, CustomerPortalSettings, "Customer portal"),
        ("/billing-portal", billing_portal_page, BillingPortalSettings, "Billing portal"),
        ("/branding", branding_page, BrandingSettings, "Branding"),
        ("/invoices", invoice_settings_page, InvoiceSettings, "Invoice settings"),
        ("/emails", emails_page, EmailSettings, "Emails"),
        ("/taxes", taxes_page, TaxSettings, "Taxes"),
        ("/plan", plan_page, PlanSettings, "Plan"),
    ):
        app.add_page(page, route=f"/dashboard/settings{part}", title=title, on_load=state.on_load)
    app.add_page(
        welcome_page,
        route="/dashboard/welcome",
        title="Check your account information",
        on_load=Welcome.on_load,
    )
