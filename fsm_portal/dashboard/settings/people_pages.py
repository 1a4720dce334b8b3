"""The pages about who works here and what they did."""

import reflex as rx

from fsm_portal.dashboard.settings.audit_page import AuditPage, audit_page
from fsm_portal.dashboard.settings.team_page import TeamPage, team_page


def register_people(app: rx.App) -> None:
    """Add the team and the audit log to ``app``."""
    app.add_page(
        team_page, route="/dashboard/settings/team", title="Team", on_load=TeamPage.on_load
    )
    app.add_page(
        audit_page,
        route="/dashboard/settings/audit",
        title="Audit log",
        on_load=AuditPage.on_load,
    )
