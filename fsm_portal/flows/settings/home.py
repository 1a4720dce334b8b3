"""The front page of the settings."""

from dataclasses import dataclass

from fsm_portal.db import reading
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk


@dataclass(frozen=True)
class SettingsHomeView:
    desk: Desk = NO_DESK
    loaded: bool = False


def show_settings_home(scope: Scope) -> SettingsHomeView:
    """The desk of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        _, desk = staff_desk(session, scope)
        return SettingsHomeView(desk, loaded=True)
