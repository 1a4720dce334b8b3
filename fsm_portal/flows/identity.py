"""Who is at the other end: read from the session cookie and its row, at every event.

This is also the one place that asks whether a company's customers have a portal to come to (its
switch, and its plan). To all else in the house a customer of one that has none is nobody.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select, true

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.company_scope import across_companies, within
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.places import id_places, ids_in_places, places_for
from fsm_portal.domain.role import May, Role
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.statement import Statement
from fsm_portal.flows.companies.company_frame import FRAME, CompanyFrame, company_frame
from fsm_portal.gateways.tokens import SessionClaims, read_session

_session = table_of(LoginSession)
_staff = table_of(Staff)
_customer = table_of(Customer)
_company = table_of(Company)

# As ``Company.offers_portal``, in a statement that has the company's row.
OFFERS_PORTAL = and_(_company.c.portal_enabled.is_(true()), _company.c.plan != Plan.STARTER)

# Ids in one statement: SQLite admits 32,766 parameters, and a few hundred are as fast.
_AT_ONCE = 512


@dataclass(frozen=True)
class Scope:
    """Through whose eyes something is read. All staff of one role at a company see the same."""

    audience: Literal["staff", "customer"]
    company_id: str
    customer_id: str | None
    role: Role | None

    def may(self, what: May) -> bool:
        """Whether these eyes may see what is only for whoever may do ``what``."""
        return self.audience == "staff" and self.role is not None and self.role.may(what)


@dataclass(frozen=True)
class Identity:
    """A signed-in person. Comes from the session only, never from an argument.

    ``seen_at`` is when a page was last opened in the session, as far as that was noted.
    """

    audience: Literal["staff", "customer"]
    company_id: str
    person_id: str
    session_id: str
    name: str
    email: str
    role: Role | None
    seen_at: datetime | None = field(default=None, compare=False)

    @property
    def scope(self) -> Scope:
        customer_id = self.person_id if self.audience == "customer" else None
        return Scope(self.audience, self.company_id, customer_id, self.role)

    def may(self, what: May) -> bool:
        """Whether this person may do ``what`` at the company; a customer none of it."""
        return self.audience == "staff" and self.role is not None and self.role.may(what)


Audience = Literal["staff", "customer"]
AUDIENCES: tuple[Audience, ...] = ("staff", "customer")


def cookie_name(audience: Audience) -> str:
    """The session cookie's name on this installation, one for each face.

    Whoever tries both sides in two windows of one browser stays signed in to both.
    ``__Host-`` has browsers refuse it from a sibling domain (RFC 6265bis, 4.1.3); it needs https.
    On plain http, which is loopback, the port is part of the name: cookies ignore ports, and two
    demos side by side would sign each other out.
    """
    if settings().secure_cookies:
        return f"__Host-fsm_{audience}"
    return f"fsm_{audience}_{urlsplit(settings().base_url).port or 80}"


def who_is(cookie_value: str | None) -> Identity | None:
    """The person behind a session cookie, or None: no cookie, forged, expired, ended; or a
    customer whose company offers no portal (see ``closed_to``)."""
    row = _behind(cookie_value)
    if row is None or not row.may_come:
        return None
    is_staff = row.staff_id is not None
    return Identity(
        audience="staff" if is_staff else "customer",
        company_id=row.company_id,
        person_id=row.staff_id if is_staff else row.customer_id,
        session_id=row.session_id,
        name=row.staff_name if is_staff else row.customer_name,
        email=(row.staff_email if is_staff else row.customer_email) or "",
        role=Role(row.role) if is_staff else None,
        seen_at=row.seen_at,
    )


def closed_to(cookie_value: str | None) -> CompanyFrame | None:
    """The company that a customer with a valid session is to be referred to, because it offers no
    portal; None for anybody else."""
    row = _behind(cookie_value)
    if row is None or row.may_come:
        return None
    return company_frame(row)


def claims_of(cookie_value: str | None) -> SessionClaims | None:
    """What a genuine cookie says. Whether its session still lets anybody in is the row's word:
    see ``who_is`` and ``lets_in``."""
    if not cookie_value:
        return None
    return read_session(cookie_value, settings().secret_key.get_secret_value())


def _behind(cookie_value: str | None) -> Row[*tuple[Any, ...]] | None:
    """The valid session of a cookie, with its person and company."""
    claims = claims_of(cookie_value)
    if claims is None:
        return None
    key = {"company_id": claims.company_id, "session_id": claims.session_id, "now": now()}
    # Whoever it was until now: the cookie says which company's rows are looked at.
    with within(claims.company_id), reading() as session:
        return session.connection().execute(_WHO, key).first()


def sessions_alive(session_ids: Collection[str]) -> dict[str, Scope]:
    """Which of these sessions are still valid, and through whose eyes each of them sees now.

    One query for all tabs of a ring. A role that was changed since a tab was opened is seen here.
    """
    ids, moment = list(session_ids), now()
    alive: dict[str, Scope] = {}
    scopes: dict[tuple[str, str | None, Role | None], Scope] = {}  # many tabs, few pairs of eyes
    with across_companies(), reading() as session:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            asked = _alive(places_for(some))
            values = ids_in_places(some) | {"now": moment}
            for session_id, *eyes in asked.ask(session.connection(), values).rows:
                whose = company_id, customer_id, role = tuple(eyes)
                if whose not in scopes:
                    audience: Audience = "staff" if customer_id is None else "customer"
                    scopes[whose] = Scope(audience, company_id, customer_id, role)
                alive[session_id] = scopes[whose]
    return alive


def within_company_of(scope: Scope) -> AbstractContextManager[None]:
    """Inside it, what is read is the company's through whose eyes it is."""
    return within(scope.company_id)


def _is_valid() -> tuple[ColumnElement[bool], ...]:
    return (
        _session.c.ended_at.is_(None),
        _session.c.expires_at > bindparam("now"),
        or_(_session.c.staff_id.is_(None), _staff.c.deactivated_at.is_(None)),
    )


_EYES = (_session.c.staff_id, _session.c.customer_id, _staff.c.role)
_MAY_COME = or_(_session.c.customer_id.is_(None), OFFERS_PORTAL)

# Made once: writing a statement costs more than running it, and these run at every event.
_WITH_STAFF = _session.join(_company, _company.c.id == _session.c.company_id).outerjoin(
    _staff,
    and_(_staff.c.company_id == _session.c.company_id, _staff.c.id == _session.c.staff_id),
)
_WHO = (
    select(
        _session.c.company_id,
        _session.c.id.label("session_id"),
        _session.c.seen_at,
        _session.c.staff_id,
        _session.c.customer_id,
        _staff.c.name.label("staff_name"),
        _staff.c.email.label("staff_email"),
        _staff.c.role,
        _customer.c.name.label("customer_name"),
        _customer.c.email.label("customer_email"),
        *FRAME,
        _MAY_COME.label("may_come"),
    )
    .select_from(
        _WITH_STAFF.outerjoin(
            _customer,
            and_(
                _customer.c.company_id == _session.c.company_id,
                _customer.c.id == _session.c.customer_id,
            ),
        )
    )
    .where(
        _session.c.company_id == bindparam("company_id"),
        _session.c.id == bindparam("session_id"),
        *_is_valid(),
    )
)


def lets_in(statement: Select[tuple[Any, ...]]) -> Select[tuple[Any, ...]]:
    """``statement``, which reads from a company's row, for the session ``by`` of that company:
    its rows where that session lets somebody in at ``now``, else none.

    ``eyes_of`` says whose session it is, from the columns that this adds at the end.
    """
    return (
        statement.join(
            _session, and_(_session.c.company_id == _company.c.id, _session.c.id == bindparam("by"))
        )
        .outerjoin(
            _staff,
            and_(_staff.c.company_id == _session.c.company_id, _staff.c.id == _session.c.staff_id),
        )
        .add_columns(*_EYES)
        .where(*_is_valid(), _MAY_COME)
    )


def eyes_of(company_id: str, row: Sequence[Any]) -> tuple[Scope, Sequence[Any]]:
    """A row of a statement that ``lets_in``: through whose eyes it is read, and the row itself."""
    staff_id, customer_id, role = row[-len(_EYES) :]
    if staff_id is not None:
        scope = Scope("staff", company_id, None, Role(role))
    else:
        scope = Scope("customer", company_id, customer_id, None)
    return scope, row[: -len(_EYES)]


@cache
def _alive(places: int) -> Statement:
    return Statement(
        select(_session.c.id, _session.c.company_id, _session.c.customer_id, _staff.c.role)
        .select_from(_WITH_STAFF)
        .where(
            _session.c.id.in_(id_places(places)),
            *_is_valid(),
            _MAY_COME,
        )
    )
