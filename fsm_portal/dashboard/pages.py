"""The staff's pages and their addresses."""

import reflex as rx

from fsm_portal.dashboard.clerk import SIGN_IN
from fsm_portal.dashboard.customers.pages import register_customers
from fsm_portal.dashboard.files.pages import register_files
from fsm_portal.dashboard.invoice_page import StaffInvoicePage, invoice_page
from fsm_portal.dashboard.invoices_page import InvoicesPage, invoices_page
from fsm_portal.dashboard.invoicing.pages import register_invoicing
from fsm_portal.dashboard.jobs.pages import register_jobs
from fsm_portal.dashboard.noticing.pages import register_noticing
from fsm_portal.dashboard.overview_page import OverviewPage, overview_page
from fsm_portal.dashboard.payments_page import PaymentsPage, payments_page
from fsm_portal.dashboard.reconciliation_page import ReconciliationPage, reconciliation_page
from fsm_portal.dashboard.reminding.pages import register_reminding
from fsm_portal.dashboard.settings.pages import register_settings
from fsm_portal.dashboard.settings.people_pages import register_people
from fsm_portal.ui.elsewhere import elsewhere_page


def register(app: rx.App) -> None:
    """Add the staff's pages to ``app``."""
    app.add_page(overview_page, route="/dashboard", title="Overview", on_load=OverviewPage.on_load)
    app.add_page(
        invoices_page, route="/dashboard/invoices", title="Invoices", on_load=InvoicesPage.on_load
    )
    app.add_page(
        invoice_page,
        route="/dashboard/invoices/[invoice_id]",
        title="Invoice",
        on_load=StaffInvoicePage.on_load,
    )
    app.add_page(
        payments_page, route="/dashboard/payments", title="Payments", on_load=PaymentsPage.on_load
    )
    app.add_page(
        reconciliation_page,
        route="/dashboard/reconciliation",
        title="Reconciliation",
        on_load=ReconciliationPage.on_load,
    )
    register_invoicing(app)
    register_customers(app)
    register_jobs(app)
    register_files(app)
    register_settings(app)
    register_people(app)
    register_reminding(app)
    register_noticing(app)
    # The way out of the router for whoever has no business here.
    app.add_page(elsewhere_page, route=SIGN_IN, title="Sign in")
