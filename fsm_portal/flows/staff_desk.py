"""What every page of the staff's face carries: whose desk it is, and what may be done at it."""

from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import May
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.noticing.times import kinds_for, notice_times
from fsm_portal.flows.signing_up.setup import NO_SETUP, Setup, setup_of

_NO_COMPANY = CompanyFrame()


@dataclass(frozen=True)
class Desk:
    """``may`` are the values of ``May`` that the role has, for pages to hide what it has not:
    ``view.desk.may.contains(May.VOID.value)``. The others are three of them by a name.

    ``role`` is the role itself, in words; ``setup`` how far the company is set up; ``notices``
    when the latest came (see notice_times): how many are new is each reader's own.
    """

    company: CompanyFrame = _NO_COMPANY
    role: str = ""
    may: tuple[str, ...] = ()
    may_send: bool = False
    sees_fees: bool = False
    setup: Setup = NO_SETUP
    notices: tuple[int, ...] = ()


NO_DESK = Desk()


class NotStaff(Exception):
    """A staff page was asked for through a customer's eyes: a mistake in the calling code."""


def staff_desk(session: Session, scope: Scope) -> tuple[Company, Desk]:
    """The company and the desk of ``scope``. Raises NotStaff for any other audience."""
    if scope.audience != "staff" or scope.role is None:
        raise NotStaff(scope.audience)
    company = session.get_one(Company, scope.company_id)
    return company, Desk(
        company_frame(company),
        role=scope.role.value,
        may=tuple(sorted(each.value for each in scope.role.all_it_may)),
        may_send=scope.may(May.SEND_INVOICES),
        sees_fees=scope.may(May.SEE_FEES),
        setup=setup_of(session, company) if scope.may(May.CHANGE_SETTINGS) else NO_SETUP,
        notices=notice_times(session, company, kinds_for(scope.role)),
    )


def takes_platform_fee() -> bool:
    """Whether this installation takes a fee at all; where it does not, no page speaks of one."""
    config = settings()
    return config.stripe_connect and config.platform_fee_bps > 0
