"""The pages of exports and imports, and their addresses."""

import reflex as rx

from fsm_portal.dashboard.files.export_page import ExportPage, export_page
from fsm_portal.dashboard.files.import_page import ImportPage, import_page


def register_files(app: rx.App) -> None:
    """Add them to ``app``."""
    for page, state, name in (
        (export_page, ExportPage, "export"),
        (import_page, ImportPage, "import"),
    ):
        app.add_page(
            page, route=f"/dashboard/{name}", title=name.capitalize(), on_load=state.on_load
        )
