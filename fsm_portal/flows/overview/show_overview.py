"""The office's first page: what came in, what is owed, what happened, what needs a hand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from fsm_portal.db import reading
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_rows import InvoiceRow, invoice_rows
from fsm_portal.flows.overview.alert import Alert, with_its_place
from fsm_portal.flows.overview.attention import alerts
from fsm_portal.flows.overview.happening import Happening
from fsm_portal.flows.overview.receivables import Bucket, Receivables, receivables
from fsm_portal.flows.overview.recent_activity import recent_activity
from fsm_portal.flows.overview.takings import Takings, takings
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk

_invoice = table_of(Invoice)

_NEWEST = (
    select(_invoice)
    .where(_invoice.c.company_id == bindparam("company_id"))
    .order_by(_invoice.c.issue_date.desc(), _invoice.c.number.desc())
    .limit(6)
)


@dataclass(frozen=True)
class Figure:
    """One number of the head row, with the small line under it."""

    amount: str = ""
    note: str = ""


NO_FIGURE = Figure()


@dataclass(frozen=True)
class OverviewView:
    """Amounts are in the company's own currency; ``others`` names what there is in others."""

    loaded: bool = False
    desk: Desk = NO_DESK
    today: Figure = NO_FIGURE
    week: Figure = NO_FIGURE
    outstanding: Figure = NO_FIGURE
    overdue: Figure = NO_FIGURE
    ages: tuple[Bucket, ...] = ()
    others: str = ""
    happenings: tuple[Happening, ...] = ()
    alerts: tuple[Alert, ...] = ()
    newest: tuple[InvoiceRow, ...] = ()


def show_overview(scope: Scope) -> OverviewView:
    """The overview as it is now."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        owed = receivables(session, company)
        taken = takings(session, company)
        newest: Any = session.connection().execute(_NEWEST, {"company_id": company.id}).all()
        return OverviewView(
            loaded=True,
            desk=desk,
            today=Figure(taken.today, taken.today_note),
            week=Figure(taken.week, taken.week_note),
            outstanding=Figure(owed.outstanding, owed.outstanding_note),
            overdue=Figure(owed.overdue, owed.overdue_note),
            ages=owed.ages,
            others=_others(taken, owed),
            happenings=recent_activity(session, company, desk),
            alerts=tuple(with_its_place(one, scope) for one in alerts(session, company)),
            newest=invoice_rows(session, company, newest),
        )


def _others(taken: Takings, owed: Receivables) -> str:
    """``Also this week €120.00 received; £300.00 outstanding``."""
    parts = []
    if taken.others:
        parts.append(f"{taken.others} received this week")
    if owed.others:
        parts.append(f"{owed.others} outstanding")
    return f"In other currencies: {', '.join(parts)}." if parts else ""
