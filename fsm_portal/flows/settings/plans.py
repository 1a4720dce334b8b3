"""The section Plan: what each plan holds, and which one the company is on."""

from dataclasses import dataclass

from fsm_portal.db import reading
from fsm_portal.domain.company import Plan
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.fee_words import fee_words
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk


@dataclass(frozen=True)
class PlanRow:
    """``to_change`` is the command with which whoever runs the portal puts the company on it;
    ``lacks`` is what the plan has not, empty for one that has everything."""

    plan: str
    name: str
    holds: tuple[str, ...]
    lacks: str
    is_present: bool
    to_change: str


@dataclass(frozen=True)
class PlansView:
    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    plans: tuple[PlanRow, ...] = ()
    fee: str = ""


_NO_PORTAL = "No customer portal: customers cannot see or pay their invoices online"
_HOLDS: dict[Plan, tuple[str, ...]] = {
    Plan.STARTER: (
        "Invoices by mail with their PDF, and statements",
        "Payments entered by hand, refunds, credit, the books and their proof",
        "The whole team, with roles and an audit log",
    ),
    Plan.PRO: (
        "Everything in Starter",
        "The customer portal: invoices, payments and visits behind one link, without a password",
        "Payments online by card and bank, saved cards, the billing portal",
    ),
    Plan.ENTERPRISE: (
        "Everything in Pro",
        "Terms of your own with whoever runs this portal",
    ),
}


def show_plans(scope: Scope) -> PlansView:
    """Through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return PlansView(desk, loaded=True)
        rows = tuple(
            PlanRow(
                plan.value,
                plan.value.capitalize(),
                holds,
                _NO_PORTAL if plan is Plan.STARTER else "",
                plan is company.plan,
                f"bin/portal company plan {company.slug} {plan.value}",
            )
            for plan, holds in _HOLDS.items()
        )
        return PlansView(desk, loaded=True, allowed=True, plans=rows, fee=fee_words(company))
