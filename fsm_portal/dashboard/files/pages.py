"""The pages of exports and imports, and their addresses."""

import reflex as rx

from fsm_portal.dashboard.files.export_page import ExportPage, export_page


def register_files(app: rx.App) -> None:
    """Add them to ``app``."""
    app.add_page(export_page, route="/dashboard/export", title="Export", on_load=ExportPage.on_load)
