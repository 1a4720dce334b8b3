"""What hangs on one customer, a page at a time: invoices, payments, jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Select, bindparam, literal, select, union_all
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.job import Job
from fsm_portal.domain.payment import FailedPayment, Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.invoices.invoice_rows import InvoiceRow, invoice_rows
from fsm_portal.flows.jobs.job_rows import COLUMNS, JOBS, JobRow, job_rows
from fsm_portal.flows.keyset import (
    Cursor,
    Turn,
    address,
    beyond,
    cursor_of,
    day_of,
    day_text,
    in_order,
    moment_of,
    moment_text,
    turned,
)
from fsm_portal.flows.payment_rows import (
    PaymentKey,
    PaymentRow,
    payment_rows,
    shows_platform_fee,
)
from fsm_portal.flows.staff_desk import Desk

_invoice = table_of(Invoice)
_payment = table_of(Payment)
_refund = table_of(Refund)
_failed = table_of(FailedPayment)
_attempt = table_of(CheckoutAttempt)
_job = table_of(Job)

Tab = Literal["invoices", "payments", "jobs"]
Place = Cursor[date] | Cursor[datetime] | None


@dataclass(frozen=True)
class InvoicesTab:
    rows: tuple[InvoiceRow, ...] = ()


@dataclass(frozen=True)
class PaymentsTab:
    rows: tuple[PaymentRow, ...] = ()
    shows_platform_fee: bool = False


@dataclass(frozen=True)
class JobsTab:
    rows: tuple[JobRow, ...] = ()


@dataclass(frozen=True)
class Beside:
    """The addresses of the pages beside one, empty where there is none."""

    newer: str = ""
    older: str = ""


NO_INVOICES, NO_PAYMENTS, NO_JOBS, ALONE = InvoicesTab(), PaymentsTab(), JobsTab(), Beside()


def place_in(tab: str, before: object, after: object) -> Place:
    """Where an address says that one is in the list of ``tab``."""
    if tab == "invoices":
        return cursor_of(before, after, day_of)
    return cursor_of(before, after, moment_of)


def invoices_tab(
    session: Session, company: Company, customer_id: str, place: Place
) -> tuple[InvoicesTab, Beside]:
    """Drafts and void ones among them, the newest first."""
    key = {"company_id": company.id, "customer_id": customer_id}
    turn = turn_of(session, "invoices", place, key)
    ids = [row.id for row in turn.rows]
    found = {
        one.id: one
        for one in session.scalars(
            select(Invoice).where(_invoice.c.company_id == company.id, _invoice.c.id.in_(ids))
        )
    }
    rows = invoice_rows(session, company, [found[each] for each in ids])
    return InvoicesTab(rows), _beside(turn, f"/dashboard/customers/{customer_id}/", "")


def payments_tab(
    session: Session, company: Company, desk: Desk, customer_id: str, place: Place
) -> tuple[PaymentsTab, Beside]:
    """With attempts that failed and refunds, the newest first."""
    key = {"company_id": company.id, "customer_id": customer_id}
    turn = turn_of(session, "payments", place, key)
    keys = [PaymentKey(row.id, row.kind, row.at) for row in turn.rows]
    rows = payment_rows(session, company, desk, keys, with_refunds=True)
    tab = PaymentsTab(rows, shows_platform_fee(desk, rows))
    return tab, _beside(turn, f"/dashboard/customers/{customer_id}/", "payments")


def jobs_tab(
    session: Session, company: Company, customer_id: str, place: Place
) -> tuple[JobsTab, Beside]:
    """Planned, done and cancelled ones, the latest first."""
    key = {"company_id": company.id, "customer_id": customer_id}
    turn = turn_of(session, "jobs", place, key)
    rows = job_rows(session, company, turn.rows)
    return JobsTab(rows), _beside(turn, f"/dashboard/customers/{customer_id}/", "jobs")


def turn_of(session: Session, tab: Tab, place: Place, key: dict[str, Any]) -> Turn[Any]:
    """The page at ``place``; the newest where there is nothing from there on."""
    for cursor in (place, None):
        older = cursor is None or cursor.older
        statement = _statement(tab, older, cursor is not None)
        values = key | (cursor.key if cursor is not None else {})
        turn = turned(session.connection().execute(statement, values).all(), cursor)
        if turn.rows or cursor is None:
            return turn
    raise AssertionError("the loop ends with the newest")


def _beside(turn: Turn[Any], path: str, show: str) -> Beside:
    def text(row: Any) -> str:
        at = row.at
        moment = moment_text(at) if isinstance(at, datetime) else day_text(at)
        return f"{moment}_{row.tie}"

    return Beside(
        address(path, show=show, after=text(turn.rows[0])) if turn.has_newer else "",
        address(path, show=show, before=text(turn.rows[-1])) if turn.has_older else "",
    )


def _theirs(table: Any) -> Sequence[Any]:
    return (
        table.c.company_id == bindparam("company_id"),
        table.c.customer_id == bindparam("customer_id"),
    )


@cache
def _statement(tab: Tab, older: bool, from_a_row: bool) -> Select[Any]:
    """Rows of ``at`` and ``tie``, one more than a page. Each kind goes along its own index."""

    def page(found: Select[Any], at: Any, tie: Any) -> Select[Any]:
        found = found.add_columns(at.label("at"), tie.label("tie"))
        if from_a_row:
            found = found.where(beyond(at, tie, older))
        return in_order(found, at, tie, older)

    if tab == "invoices":
        found = select(_invoice.c.id).where(*_theirs(_invoice))
        return page(found, _invoice.c.issue_date, _invoice.c.number)
    if tab == "jobs":
        return page(
            select(*COLUMNS).select_from(JOBS).where(*_theirs(_job)), _job.c.starts_at, _job.c.id
        )
    of_attempts = select(_attempt.c.id).where(*_theirs(_attempt))
    of_payments = select(_payment.c.id).where(*_theirs(_payment))
    kinds = [
        page(
            select(_payment.c.id, literal("payment").label("kind")).where(*_theirs(_payment)),
            _payment.c.received_at,
            _payment.c.id,
        ),
        page(
            select(_refund.c.id, literal("refund").label("kind")).where(
                _refund.c.company_id == bindparam("company_id"),
                _refund.c.payment_id.in_(of_payments),
            ),
            _refund.c.happened_at,
            _refund.c.id,
        ),
        page(
            select(_failed.c.id, literal("failed").label("kind")).where(
                _failed.c.company_id == bindparam("company_id"),
                _failed.c.attempt_id.in_(of_attempts),
            ),
            _failed.c.failed_at,
            _failed.c.id,
        ),
    ]
    all_kinds = union_all(*[select(kind.subquery()) for kind in kinds]).subquery()
    return in_order(select(all_kinds), all_kinds.c.at, all_kinds.c.tie, older)
