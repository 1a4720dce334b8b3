"""What needs a hand: refused payments, refunds that failed, disputes, letters that never left."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.outbox import GIVEN_UP, OutboxMessage, WorkKind
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.overview.alert import (
    RECENT,
    RECONCILIATION,
    SHOWN_OF_A_KIND,
    STRIPE_SETTINGS,
    Alert,
)
from fsm_portal.flows.overview.payment_alerts import failures, overpayments
from fsm_portal.flows.overview.refund_alerts import (
    disputes_to_answer,
    refunds_that_failed,
    taken_twice,
)
from fsm_portal.flows.paying.why_not_payable import what_stripe_needs

_invoice = table_of(Invoice)
_event = table_of(StripeEvent)
_outbox = table_of(OutboxMessage)
_delivery = table_of(InvoiceDelivery)

# Made once: they run at every payment.
_QUARANTINED = (
    select(_event.c.event_id, _event.c.type, _event.c.reason)
    .where(_event.c.company_id == bindparam("company_id"), _event.c.outcome == Outcome.QUARANTINED)
    .order_by(_event.c.received_at.desc())
    .limit(SHOWN_OF_A_KIND)
)
_GIVEN_UP = (
    select(_outbox.c.key, _outbox.c.kind, _outbox.c.payload, _outbox.c.dead_reason)
    .where(
        _outbox.c.company_id == bindparam("company_id"),
        GIVEN_UP,
        _outbox.c.settled_at > bindparam("since"),
    )
    .order_by(_outbox.c.settled_at.desc())
    .limit(SHOWN_OF_A_KIND)
)


def alerts(session: Session, company: Company) -> tuple[Alert, ...]:
    """Everything that waits for somebody, the most pressing first."""
    return (
        *_stripe_account(company),
        *_quarantined(session, company),
        *disputes_to_answer(session, company),
        *taken_twice(session, company),
        *refunds_that_failed(session, company),
        *_dead_letters(session, company),
        *overpayments(session, company),
        *failures(session, company),
    )


def _stripe_account(company: Company) -> Iterable[Alert]:
    title, text = what_stripe_needs(company)
    if title:
        yield Alert("stripe", title, text, "bad", to=STRIPE_SETTINGS)


def _quarantined(session: Session, company: Company) -> Iterable[Alert]:
    rows = session.connection().execute(_QUARANTINED, {"company_id": company.id})
    for row in rows:
        yield Alert(
            row.event_id,
            "Stripe's word differs from our books",
            f"{row.reason}. Nothing was posted. Event {row.event_id}.",
            "bad",
            to=RECONCILIATION,
        )


def _dead_letters(session: Session, company: Company) -> Iterable[Alert]:
    since = {"company_id": company.id, "since": now() - RECENT}
    rows = session.connection().execute(_GIVEN_UP, since).all()
    for row, (title, invoice_id) in zip(
        rows, what_was_given_up(session, company, rows), strict=True
    ):
        to = "" if invoice_id else RECONCILIATION
        yield Alert(row.key, title, f"{row.dead_reason}.", "bad", invoice_id, to)


def what_was_given_up(
    session: Session, company: Company, rows: Sequence[Row[*tuple[Any, ...]]]
) -> list[tuple[str, str]]:
    """For each piece of given-up work (``kind`` and ``payload``), in their order: the title of an
    alert about it, and its invoice if it has one. One statement, however many they are."""
    payloads = [json.loads(row.payload) for row in rows]
    ids = {
        str(payload.get("delivery_id"))
        for row, payload in zip(rows, payloads, strict=True)
        if row.kind == WorkKind.INVOICE_MAIL
    }
    key = {"company_id": company.id, "ids": sorted(ids)}
    letters = session.connection().execute(_LETTERS, key).all() if ids else []
    carried = {letter.delivery_id: letter for letter in letters}
    told = []
    for row, payload in zip(rows, payloads, strict=True):
        letter = carried.get(payload.get("delivery_id"))
        if row.kind == WorkKind.INVOICE_MAIL and letter is not None:
            told.append((f"{letter.number} did not reach {letter.email}", letter.id))
            continue
        title = _WHAT_FAILED.get(row.kind, "Some work was given up")
        told.append((title, str(payload.get("invoice_id") or "")))
    return told


_LETTERS = (
    select(_delivery.c.id.label("delivery_id"), _invoice.c.id, _invoice.c.number, _delivery.c.email)
    .join(
        _invoice,
        (_delivery.c.company_id == _invoice.c.company_id)
        & (_delivery.c.invoice_id == _invoice.c.id),
    )
    .where(
        _delivery.c.company_id == bindparam("company_id"),
        _delivery.c.id.in_(bindparam("ids", expanding=True)),
    )
)
_WHAT_FAILED: dict[str, str] = {
    WorkKind.INVOICE_MAIL: "An invoice could not be mailed",
    WorkKind.RECEIPT_MAIL: "A receipt could not be mailed",
    WorkKind.SIGN_IN_MAIL: "A sign-in link could not be mailed",
    WorkKind.SIGN_UP_MAIL: "The letter after a sign-up could not be mailed",
    WorkKind.WELCOME_MAIL: "An invitation to the portal could not be mailed",
    WorkKind.TEAM_MAIL: "An invitation to the team could not be mailed",
    WorkKind.REMINDER_MAIL: "A reminder could not be mailed",
    WorkKind.NOTICE: "Staff could not be told of something",
    WorkKind.NOTICE_MAIL: "A notice to staff could not be mailed",
    WorkKind.BULK_SEND: "Many invoices or reminders could not be put in the post",
    WorkKind.FEES: "A payment's fees could not be looked up",
    WorkKind.REFUND: "A refund could not be made",
    WorkKind.FAILED_MAIL: "Word of a failed payment could not be mailed",
    WorkKind.STRIPE_CUSTOMER: "A customer’s details could not be brought to Stripe",
    WorkKind.REFUND_MAIL: "Word of a refund could not be mailed",
    WorkKind.CREDIT_NOTE_MAIL: "A credit note could not be mailed",
    WorkKind.REFUND_FEES: "What of the fees came back with a refund could not be looked up",
}
