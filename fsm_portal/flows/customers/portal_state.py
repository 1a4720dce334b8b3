"""Whether customers found their way into the portal: never invited, invited, signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, case, func, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.session import LoginSession
from fsm_portal.gateways.recent import recently

_link = table_of(LoginLink)
_session = table_of(LoginSession)

State = Literal["never", "mailed", "invited", "in"]


@dataclass(frozen=True)
class PortalState:
    """``words`` say it with a day: "Signed in Nov 14, 9:03 AM"."""

    state: State = "never"
    words: str = "Never invited"


NEVER = PortalState()

# Made once: they run at every payment while a list is open.
_CAME = (
    select(
        _session.c.customer_id,
        func.max(func.coalesce(_session.c.seen_at, _session.c.created_at)).label("at"),
    )
    .where(
        _session.c.company_id == bindparam("company_id"),
        _session.c.customer_id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(_session.c.customer_id)
)
_is_invitation = _link.c.purpose == Purpose.WELCOME
_MAILED = (
    select(
        _link.c.customer_id,
        func.max(case((_is_invitation, _link.c.created_at))).label("invited"),
        func.max(_link.c.created_at).label("mailed"),
    )
    .where(
        _link.c.company_id == bindparam("company_id"),
        _link.c.customer_id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(_link.c.customer_id)
)


def portal_states(
    session: Session, company: Company, customer_ids: Sequence[str]
) -> dict[str, PortalState]:
    """By customer; whoever was never sent anything is not in it. Two statements."""
    if not customer_ids:
        return {}
    key = {"company_id": company.id, "ids": list(customer_ids)}
    moment = now()

    def said(state: State, words: str, at: Any) -> PortalState:
        when = recently(at, company.time_zone, company.locale, moment)
        return PortalState(state, f"{words} {when}")

    found: dict[str, PortalState] = {}
    for row in session.connection().execute(_MAILED, key):
        if row.invited is not None:
            found[row.customer_id] = said("invited", "Invited", row.invited)
        else:
            found[row.customer_id] = said("mailed", "Mailed a link", row.mailed)
    for came in session.connection().execute(_CAME, key):
        found[came.customer_id] = said("in", "Signed in", came.at)
    return found
