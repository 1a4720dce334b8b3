"""The pages about who works here and what they did."""

import reflex as rx

from fsm_portal.dashboard.settings.audit_page import AuditPage, audit_page


def register_people(app: rx.App) -> None:
    """Add the team and the audit log to ``app``."""
    app.add_page(
        audit_page,
        route="/dashboard/settings/audit",
        title="Audit log",
        on_load=AuditPage.on_load,
    )
