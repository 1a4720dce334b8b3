"""The whole page, read at one moment."""

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import May
from fsm_portal.domain.stripe_sweep import StripeSweep
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.reconciliation.facts import fact_views
from fsm_portal.flows.reconciliation.given_up import work_views
from fsm_portal.flows.reconciliation.payouts import payout_bars, payout_views
from fsm_portal.flows.reconciliation.proofs import proof_views
from fsm_portal.flows.reconciliation.view import ReconciliationView, Tone
from fsm_portal.flows.staff_desk import staff_desk
from fsm_portal.gateways.recent import recently

_sweep = table_of(StripeSweep)


def show_reconciliation(scope: Scope, opened: str = "") -> ReconciliationView:
    """The page; ``opened`` is the payout whose contents are shown. Nothing for a technician."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.RECONCILE):
            return ReconciliationView(loaded=True, desk=desk)
        checked, trouble = _checked(session, company)
        title, notice, tone = _connection(company)
        payouts, more_payouts = payout_views(session, company, opened)
        facts, more_facts = fact_views(session, company)
        work, more_work = work_views(session, company)
        return ReconciliationView(
            loaded=True,
            desk=desk,
            allowed=True,
            may_check=not title,
            notice_title=title,
            notice=notice,
            notice_tone=tone,
            checked=checked,
            checked_trouble=trouble,
            proofs=proof_views(session, company),
            payouts=payouts,
            more_payouts=more_payouts,
            bars=payout_bars(session, company),
            facts=facts,
            more_facts=more_facts,
            work=work,
            more_work=more_work,
        )


def _checked(session: Session, company: Company) -> tuple[str, str]:
    found = (
        session.connection()
        .execute(
            select(_sweep.c.finished_at, _sweep.c.trouble).where(
                _sweep.c.company_id == company.id,
                _sweep.c.account_id == company.stripe_account_id,
            )
        )
        .first()
    )
    if found is None or found.finished_at is None:
        return "Not compared with Stripe yet", found.trouble if found else ""
    when = recently(found.finished_at, company.time_zone, company.locale, now())
    return f"Last compared with Stripe: {when}", found.trouble


def _connection(company: Company) -> tuple[str, str, Tone]:
    """What stands in the way of asking Stripe: a title, what to do, and how bad it is."""
    if company.stripe_account_id is None:
        return (
            "No Stripe account is connected yet",
            "Once it is, everything Stripe books is compared with your own books here.",
            "info",
        )
    if company.stripe_deauthorized_at is not None:
        when = recently(company.stripe_deauthorized_at, company.time_zone, company.locale, now())
        return (
            "Your Stripe account was disconnected",
            (
                f"Since {when} customers cannot pay online, and Stripe tells us nothing more. What "
                "was recorded until then is kept and shown below. An owner connects it again under "
                "Settings, Payment processing."
            ),
            "bad",
        )
    return "", "", "info"
