"""The page of exports."""

from dataclasses import dataclass

from fsm_portal.db import reading
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk


@dataclass(frozen=True)
class ExportView:
    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False


def show_export(scope: Scope) -> ExportView:
    """The desk of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        _, desk = staff_desk(session, scope)
        return ExportView(desk, loaded=True, allowed=scope.may(May.EXPORT))
