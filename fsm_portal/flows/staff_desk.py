"""What every page of the staff's face carries: whose desk it is, and what may be done at it."""

from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.domain.company import Company
from fsm_portal.flows.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.identity import Scope

_NO_COMPANY = CompanyFrame()


@dataclass(frozen=True)
class Desk:
    """``may_send`` and ``sees_fees`` follow from the role: a technician reads, and sees no fees."""

    company: CompanyFrame = _NO_COMPANY
    may_send: bool = False
    sees_fees: bool = False


NO_DESK = Desk()


class NotStaff(Exception):
    """A staff page was asked for through a customer's eyes: a mistake in the calling code."""


def staff_desk(session: Session, scope: Scope) -> tuple[Company, Desk]:
    """The company and the desk of ``scope``. Raises NotStaff for any other audience."""
    if scope.audience != "staff" or scope.role is None:
        raise NotStaff(scope.audience)
    company = session.get_one(Company, scope.company_id)
    moves_money = scope.role.may_move_money
    return company, Desk(company_frame(company), may_send=moves_money, sees_fees=moves_money)


def takes_platform_fee() -> bool:
    """Whether this installation takes a fee at all; where it does not, no page speaks of one."""
    config = settings()
    return config.stripe_connect and config.platform_fee_bps > 0
