"""What Stripe told that is not on the books: it waits, or it contradicts them."""

from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.reconciliation.amounts import money
from fsm_portal.flows.reconciliation.plain_words import plain_words
from fsm_portal.flows.reconciliation.view import FactView
from fsm_portal.gateways.recent import recently
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import (
    DisputeChanged,
    PaymentSucceeded,
    PayoutChanged,
    RefundChanged,
)

_event = table_of(StripeEvent)
_SHOWN = 25
_READ = 500

_WAITS = (
    "Stripe told us of it before the payment that it belongs to. As a rule that comes within "
    "minutes; or the payment was never made through this portal."
)
_WAITS_ADVICE = (
    "You need not do anything: after a day we ask Stripe whose it is. “Look it up” asks now."
)
_HELD_BACK_ADVICE = (
    "“Look it up” asks Stripe how the payment stands now and judges again. If it has nothing to "
    "do with your invoices, set it aside with a note of why."
)


def fact_views(session: Session, company: Company) -> tuple[tuple[FactView, ...], str]:
    """The oldest facts that wait or contradict our books, and how many more there are.

    Several events may tell the same of one payment: that is one fact here.
    """
    rows = session.connection().execute(
        select(_event)
        .where(
            _event.c.company_id == company.id,
            _event.c.outcome.in_((Outcome.PARKED, Outcome.QUARANTINED)),
        )
        # What contradicts the books first: the rest may pass by itself.
        .order_by(_event.c.outcome.desc(), _event.c.created_at, _event.c.event_id)
        .limit(_READ)
    )
    views: dict[tuple[str, ...], FactView] = {}
    for row in rows:
        view = _view(row, company)
        views.setdefault((view.title, view.badge, view.reference), view)
    shown = tuple(views.values())[:_SHOWN]
    more = len(views) - len(shown)
    return shown, f"And {more:,} more." if more > 0 else ""


def _view(row: Row[*tuple[Any, ...]], company: Company) -> FactView:
    waits = row.outcome == Outcome.PARKED
    title, about = _what_it_is(row, company)
    reason = plain_words(row.reason, company)
    return FactView(
        id=row.event_id,
        title=title,
        badge="Waiting" if waits else "Held back",
        tone="info" if waits else "bad",
        when=recently(row.created_at, company.time_zone, company.locale, now()),
        meaning=_WAITS if waits else f"It contradicts your books, so nothing was posted: {reason}.",
        advice=_WAITS_ADVICE if waits else _HELD_BACK_ADVICE,
        reference=about or row.event_id,
        may_look_up=bool(about),
    )


def _what_it_is(row: Row[*tuple[Any, ...]], company: Company) -> tuple[str, str]:
    """In words, and the payment intent that it is about."""
    try:
        fact = read_event(row.payload).fact
    except ValueError:
        return row.type, ""
    match fact:
        case PaymentSucceeded():
            name = "Payment"
        case RefundChanged():
            name = "Refund"
        case DisputeChanged():
            name = "Dispute"
        case PayoutChanged():
            return f"Payout of {money(fact.amount, fact.currency, company)}", ""
        case _:
            return row.type, ""
    return f"{name} of {money(fact.amount, fact.currency, company)}", fact.payment_intent_id
