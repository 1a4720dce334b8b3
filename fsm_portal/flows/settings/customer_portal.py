"""The section Customer portal: its switch, the way in for all customers, the invitation."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import May
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.topic import session_topic
from fsm_portal.flows.access.access_link import access_url
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.mailing.shown_letter import LEFT_OUT
from fsm_portal.flows.settings import checks
from fsm_portal.flows.settings.section import Section, Setting, as_basis, on_or_off, ticked
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways import sign_in_letters as letters
from fsm_portal.gateways.letters import Company as Writer
from fsm_portal.gateways.letters import Reader

LONGEST_INVITATION = 2000

_session = table_of(LoginSession)
_text = checks.lines("The invitation", LONGEST_INVITATION)


def customers_topics(
    session: Session, company: Company, changed: Collection[str] = ("portal",)
) -> frozenset[str]:
    """Every tab of its customers is to look again whether it may still show anything."""
    if "portal" not in changed:
        return frozenset()
    open_ones = session.connection().execute(
        select(_session.c.id).where(
            _session.c.company_id == company.id,
            _session.c.customer_id.is_not(None),
            _session.c.ended_at.is_(None),
        )
    )
    return frozenset(session_topic(session_id) for session_id in open_ones.scalars())


CUSTOMER_PORTAL = Section(
    "Customer portal",
    "customer-portal",
    {
        "portal": Setting("Portal", on_or_off, "portal_enabled", ticked),
        "invitation": Setting("Invitation", _text, "invitation"),
    },
    follow=customers_topics,
)


@dataclass(frozen=True)
class CustomerPortalView:
    """As a SectionView. ``in_plan``: the plan has a portal at all; ``to_upgrade`` is what the
    operator does where it has not. ``letter`` is the invitation as it is kept, whole."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    basis: str = ""
    in_plan: bool = True
    plan: str = ""
    to_upgrade: str = ""
    access_url: str = ""
    letter: str = ""
    own_words: str = ""


def show_customer_portal(scope: Scope) -> CustomerPortalView:
    """Through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return CustomerPortalView(desk, loaded=True)
        texts = CUSTOMER_PORTAL.texts(company)
        return CustomerPortalView(
            desk,
            loaded=True,
            allowed=True,
            texts=texts,
            basis=as_basis(texts),
            in_plan=company.plan is not Plan.STARTER,
            plan=company.plan.value.capitalize(),
            to_upgrade=f"bin/portal company plan {company.slug} pro",
            access_url=access_url(company.slug),
            letter=_letter(company, company.invitation),
            own_words=letters.OWN_INVITATION.format(company=company.name),
        )


def preview_invitation(scope: Scope, text: str) -> str:
    """The whole letter with ``text`` in it, as a customer would read it. Raises ValueError."""
    with reading() as session:
        company, _ = staff_desk(session, scope)
    return _letter(company, _text(text))


def _letter(company: Company, invitation: str) -> str:
    writer = Writer(company.name, company.email, company.locale, company.time_zone)
    welcome = letters.Welcome(
        "preview",
        f"{settings().base_url}/sign-in/{LEFT_OUT}",
        now() + timedelta(hours=settings().invoice_link_hours),
        access_url(company.slug),
        invitation,
    )
    letter = letters.welcome_letter(writer, Reader("Dana Reyes", "dana@example.com"), welcome)
    return f"{letter.subject}\n\n{letter.text}"
