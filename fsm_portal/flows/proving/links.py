"""G: one login link opens at most one session, of the person it was made for, in its time."""

from sqlalchemy import and_, func, or_, select

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.session import LoginSession
from fsm_portal.flows.proving.rule import Rule

_link = table_of(LoginLink)
_session = table_of(LoginSession)

RULES = (
    Rule(
        "G",
        "a link opens one session",
        _link,
        select(
            _session.c.company_id, _session.c.link_id.label("link"), func.count().label("sessions")
        )
        .group_by(_session.c.company_id, _session.c.link_id)
        .having(func.count() > 1),
    ),
    Rule(
        "G",
        "a session is of a link that was used, by the person it is for, while it was valid",
        _session,
        select(
            _session.c.company_id,
            _session.c.id.label("session"),
            _link.c.id.label("link"),
            _link.c.used_at,
            _link.c.expires_at,
        )
        .join(
            _link,
            and_(_link.c.company_id == _session.c.company_id, _link.c.id == _session.c.link_id),
        )
        .where(
            or_(
                _link.c.used_at.is_(None),
                _link.c.used_at > _link.c.expires_at,
                func.coalesce(_link.c.staff_id, "") != func.coalesce(_session.c.staff_id, ""),
                func.coalesce(_link.c.customer_id, "") != func.coalesce(_session.c.customer_id, ""),
            )
        ),
    ),
)
