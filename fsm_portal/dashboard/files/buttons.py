"""The ways to the exports and imports, for the heads of lists."""

from typing import Any

import reflex as rx

from fsm_portal.domain.role import May
from fsm_portal.ui.button import link_button

EXPORT, IMPORT = "/dashboard/export/", "/dashboard/import/"


def export_button(view: Any, what: str) -> rx.Component:
    """Export what a list shows: "invoices", "payments", "refunds" or "ledger"."""
    return rx.cond(
        view.desk.may.contains(May.EXPORT.value),
        link_button("Export", to=f"{EXPORT}?what={what}", icon="download", brief=True),
    )


def import_button(view: Any, what: str) -> rx.Component:
    """Bring in what a list shows: "customers", "jobs" or "invoices"."""
    return rx.cond(
        view.desk.may.contains(May.IMPORT.value),
        link_button("Import", to=f"{IMPORT}?what={what}", icon="upload", brief=True),
    )
