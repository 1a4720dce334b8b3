"""The addresses of the invoice editor."""

import reflex as rx

from fsm_portal.dashboard.invoicing.editor_page import EditorPage, editor_page


def register_invoicing(app: rx.App) -> None:
    """Add the editor's pages to ``app``: a new invoice, a draft that is edited."""
    app.add_page(
        editor_page,
        route="/dashboard/invoices/new",
        title="New invoice",
        on_load=EditorPage.on_load,
    )
    app.add_page(
        editor_page,
        route="/dashboard/invoices/[invoice_id]/edit",
        title="Edit invoice",
        on_load=EditorPage.on_load,
    )
