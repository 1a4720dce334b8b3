"""Refunds as the staff's pages show them: under their payment, and in the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.refunding.refund_document import MADE
from fsm_portal.flows.refunding.refund_words import REASONS, refund_words
from fsm_portal.flows.staff_desk import Desk
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_refund = table_of(Refund)
_payment = table_of(Payment)
_staff = table_of(Staff)


@dataclass(frozen=True)
class RefundView:
    """One refund. ``label`` and ``tone`` are its badge's, ``note`` says what that means.

    ``by`` is who asked for it; ``fee_back`` what of the platform's fee came back, empty where that
    is nothing, not known yet or not for these eyes. ``nothing``: the customer gets no money of it.
    ``receipt_url`` is empty where there is no refund to give a receipt for, yet or ever.
    """

    id: str = ""
    amount: str = ""
    when: str = ""
    by: str = ""
    reason: str = ""
    label: str = ""
    tone: str = ""
    note: str = ""
    reference: str = ""
    fee_back: str = ""
    still_owed: bool = False
    nothing: bool = False
    receipt_url: str = ""


NO_REFUND = RefundView()

_SHOWN = select(_refund, _staff.c.name.label("by")).outerjoin(
    _staff, (_staff.c.company_id == _refund.c.company_id) & (_staff.c.id == _refund.c.asked_by)
)
# Made once: writing a statement costs more than running it.
# Put in order afterwards: to save that, SQLite would go through all refunds there ever were.
_OF_PAYMENTS = _SHOWN.where(
    _refund.c.company_id == bindparam("company_id"),
    _refund.c.payment_id.in_(bindparam("ids", expanding=True)),
)
REFUNDS = _SHOWN.where(
    _refund.c.company_id == bindparam("company_id"),
    _refund.c.id.in_(bindparam("ids", expanding=True)),
)


def refunds_by_payment(
    session: Session, company: Company, desk: Desk, payment_ids: Sequence[str]
) -> dict[str, tuple[RefundView, ...]]:
    """The refunds of each payment, the oldest first."""
    found: dict[str, tuple[RefundView, ...]] = {}
    key = {"company_id": company.id, "ids": list(payment_ids)}
    rows = session.connection().execute(_OF_PAYMENTS, key).all()
    for row in sorted(rows, key=lambda row: (row.happened_at, row.id)):
        found[row.payment_id] = (
            *found.get(row.payment_id, ()),
            refund_view(row, company, desk),
        )
    return found


def refund_view(row: Row[*tuple[Any, ...]], company: Company, desk: Desk) -> RefundView:
    """``row`` is one of REFUNDS."""
    status = RefundStatus(row.status)
    words = refund_words(status, row.failure_reason, row.unanswered_at is not None)
    fee_back = ""
    if desk.sees_fees and row.platform_fee:
        fee_back = formats.money(row.platform_fee, row.currency, company.locale)
    return RefundView(
        id=row.id,
        amount=formats.money(row.amount, row.currency, company.locale),
        when=recently(row.happened_at, company.time_zone, company.locale, now()),
        by=row.by or "Made in Stripe’s dashboard",
        reason=REASONS.get(row.reason, ""),
        label=words.label,
        tone=words.tone,
        note=words.note,
        reference=row.stripe_refund_id or "",
        fee_back=fee_back,
        still_owed=row.still_owed,
        nothing=status.came_to_nothing,
        receipt_url=f"/documents/refunds/{row.id}.pdf" if status in MADE else "",
    )
