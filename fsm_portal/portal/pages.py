"""The customer's pages and their addresses."""

import reflex as rx

from fsm_portal.portal.account_page import AccountPage, account_page
from fsm_portal.portal.home_page import HomePage, home_page
from fsm_portal.portal.invoice_page import InvoicePage, invoice_page, invoice_title
from fsm_portal.portal.invoices_page import InvoicesPage, invoices_page
from fsm_portal.portal.jobs_page import JobsPage, jobs_page
from fsm_portal.portal.payments_page import PaymentsPage, payments_page
from fsm_portal.portal.statement_page import StatementPage, statement_page


def register(app: rx.App) -> None:
    """Add the customer's pages to ``app``."""
    app.add_page(home_page, route="/portal", title="Your invoices", on_load=HomePage.on_load)
    app.add_page(
        invoices_page, route="/portal/invoices", title="Invoices", on_load=InvoicesPage.on_load
    )
    app.add_page(
        invoice_page,
        route="/portal/invoices/[invoice_id]",
        title=invoice_title(),
        on_load=InvoicePage.on_load,
    )
    app.add_page(
        payments_page,
        route="/portal/payments",
        title="Payment history",
        on_load=PaymentsPage.on_load,
    )
    app.add_page(jobs_page, route="/portal/jobs", title="Service history", on_load=JobsPage.on_load)
    app.add_page(
        statement_page,
        route="/portal/statement",
        title="Statement",
        on_load=StatementPage.on_load,
    )
    app.add_page(
        account_page, route="/portal/account", title="Account", on_load=AccountPage.on_load
    )
