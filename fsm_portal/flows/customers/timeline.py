"""The history of one customer: what was sent, paid, credited, done and noted, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ledger import Kind
from fsm_portal.flows.customers.customer_tabs import Beside, Place, turn_of
from fsm_portal.flows.customers.timeline_sources import SOURCES, page_of
from fsm_portal.flows.keyset import PAGE, Cursor, address, moment_text
from fsm_portal.flows.payment_rows import PaymentKey, payment_rows
from fsm_portal.flows.staff_desk import Desk
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

Tone = Literal["good", "bad", "warn", "info", "quiet"]


@dataclass(frozen=True)
class Event:
    """One thing that happened: a sentence, its circumstances, where its page is, its tone."""

    id: str
    title: str
    note: str
    page: str = ""
    tone: Tone = "quiet"


@dataclass(frozen=True)
class Timeline:
    """One page of it."""

    events: tuple[Event, ...] = ()


NO_TIMELINE = Timeline()
Dated = Iterable[tuple[datetime, Event]]


def timeline(
    session: Session, company: Company, desk: Desk, customer: Customer, place: Place
) -> tuple[Timeline, Beside]:
    """What happened, the newest first; before ``place``, where one is given and anything was."""
    cursor: Cursor[datetime] | None = None
    if place is not None and isinstance(place.at, datetime):
        cursor = Cursor(place.at, place.tie, older=True)
    key = {"company_id": company.id, "customer_id": customer.id}
    dated = [*_paid(session, company, desk, key, cursor)]
    values = key | (cursor.key if cursor is not None else {})
    for source in SOURCES:
        statement = page_of(source, cursor is not None)
        for row in session.connection().execute(statement, values):
            dated.append((row.at, _event(company, source, row)))
    if cursor is None or (customer.created_at, customer.id) < (cursor.at, cursor.tie):
        dated.append((customer.created_at, Event(customer.id, "Added as a customer", "")))
    if not dated:
        # An address that was kept for long: sessions and links before it are pruned since.
        return timeline(session, company, desk, customer, None)
    dated.sort(key=lambda one: (one[0], one[1].id), reverse=True)
    moment = now()

    def when(at: datetime) -> str:
        return recently(at, company.time_zone, company.locale, moment)

    shown = dated[:PAGE]
    path = f"/dashboard/customers/{customer.id}/"
    last = shown[-1]
    return (
        Timeline(
            tuple(
                replace(event, note=" · ".join(filter(None, (when(at), event.note))))
                for at, event in shown
            )
        ),
        Beside(
            newer=address(path, show="history") if cursor is not None else "",
            older=address(path, show="history", before=f"{moment_text(last[0])}_{last[1].id}")
            if len(dated) > PAGE
            else "",
        ),
    )


def _event(company: Company, source: str, row: Any) -> Event:
    match source:
        case "sent":
            by = f" by {row.by}" if row.by else ""
            page = f"/dashboard/invoices/{row.invoice_id}/"
            return Event(row.id, f"Invoice {row.number} sent", f"to {row.email}{by}", page)
        case "voided":
            total = formats.money(row.total, row.currency, company.locale)
            page = f"/dashboard/invoices/{row.id}/"
            return Event(row.id, f"Invoice {row.number} voided", total, page)
        case "credited":
            total = formats.money(row.total, row.currency, company.locale)
            note = " · ".join(each for each in (row.invoice_number, row.reason) if each)
            page = f"/dashboard/invoices/{row.invoice_id}/" if row.invoice_id else ""
            return Event(row.id, f"Credit note {row.number}: {total} credited", note, page)
        case "used":
            amount = formats.money(int(row.amount), row.currency, company.locale)
            how = "no longer used" if row.kind == Kind.CREDIT_RETURNED else "used"
            page = f"/dashboard/invoices/{row.invoice_id}/"
            return Event(row.id, f"{amount} of credit {how}", row.number, page)
        case "done":
            return Event(row.id, f"Job done: {row.title}", "", f"/dashboard/jobs/{row.id}/", "info")
        case "cancelled":
            return Event(row.id, f"Job cancelled: {row.title}", "", f"/dashboard/jobs/{row.id}/")
        case "came":
            return Event(row.id, "Signed in to the portal", "", tone="info")
    return Event(row.id, "Invited to the portal", "")


def _paid(
    session: Session,
    company: Company,
    desk: Desk,
    key: dict[str, Any],
    cursor: Cursor[datetime] | None,
) -> Dated:
    turn = turn_of(session, "payments", cursor, key)
    if cursor is not None and not turn.has_newer:
        return  # there was nothing from there on
    keys = [PaymentKey(row.id, row.kind, row.at) for row in turn.rows]
    for each, row in zip(keys, payment_rows(session, company, desk, keys), strict=True):
        about = ", ".join(one.number for one in row.invoices[:3])
        page = f"/dashboard/invoices/{row.invoices[0].id}/" if row.invoices else ""
        tone: Tone = "good"
        title, note = f"Paid {row.gross}", row.method
        if row.failed:
            title, note, tone = f"Could not pay {row.gross}", row.reason, "bad"
        elif row.is_refund:
            title, note = f"Refund of {row.refund.amount}", row.refund.label
            tone = "bad" if row.refund.nothing else "quiet"
        elif row.undone:
            title, tone = f"Payment of {row.gross}, reversed since", "quiet"
        note = " · ".join(filter(None, (note, about)))
        yield each.at, Event(row.id, title, note, page, tone)
