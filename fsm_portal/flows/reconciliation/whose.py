"""Whose money a balance transaction or a difference is about, in a few words."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import Session

from fsm_portal.domain.customer import Customer
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.payments.payer import PAYER, its_customer

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_refund = table_of(Refund)
_dispute = table_of(Dispute)
_customer = table_of(Customer)
_invoice = table_of(Invoice)


@dataclass(frozen=True)
class Whose:
    """``what`` is a sentence's beginning: ``Refund to Harbor View Apartments, INV-0042``."""

    what: str
    invoice_id: str = ""


def whose(session: Session, company_id: str, sources: Collection[str]) -> dict[str, Whose]:
    """By Stripe's id of a charge, payment intent, refund or dispute; unknown ones are left out."""
    found: dict[str, Whose] = {}
    wanted = list(sources)
    if not wanted:
        return found
    connection = session.connection()
    about: dict[str, tuple[str, str]] = {}
    payments = connection.execute(
        select(_payment.c.id, _payment.c.charge_id, _payment.c.payment_intent_id).where(
            _payment.c.company_id == company_id,
            or_(_payment.c.charge_id.in_(wanted), _payment.c.payment_intent_id.in_(wanted)),
        )
    )
    for payment_id, charge_id, intent_id in payments:
        about |= {source: ("Payment by", payment_id) for source in (charge_id, intent_id) if source}
    for table, column, words in (
        (_refund, _refund.c.stripe_refund_id, "Refund to"),
        (_dispute, _dispute.c.stripe_dispute_id, "Dispute by"),
    ):
        rows = connection.execute(
            select(column, table.c.payment_id).where(
                table.c.company_id == company_id, column.in_(wanted)
            )
        )
        about |= {source: (words, payment_id) for source, payment_id in rows}
    payers = _payers(session, company_id, {payment_id for _, payment_id in about.values()})
    for source, (words, payment_id) in about.items():
        payer = payers.get(payment_id)
        if payer is not None:
            found[source] = Whose(f"{words} {payer.what}", payer.invoice_id)
    return found


def _payers(session: Session, company_id: str, payment_ids: set[str]) -> dict[str, Whose]:
    """Per payment: its customer and the numbers of its invoices."""
    its_allocation = (_allocation.c.company_id == _payment.c.company_id) & (
        _allocation.c.payment_id == _payment.c.id
    )
    its_invoice = (_invoice.c.company_id == _allocation.c.company_id) & (
        _invoice.c.id == _allocation.c.invoice_id
    )
    rows = session.connection().execute(
        select(_payment.c.id, PAYER, _invoice.c.id.label("invoice_id"), _invoice.c.number)
        .select_from(
            _payment.join(_customer, its_customer(_payment))
            .outerjoin(_allocation, its_allocation)
            .outerjoin(_invoice, its_invoice)
        )
        .where(_payment.c.company_id == company_id, _payment.c.id.in_(payment_ids))
        .order_by(_invoice.c.number)
    )
    found: dict[str, Whose] = {}
    for payment_id, customer, invoice_id, number in rows:
        known = found.get(payment_id)
        if known is None:
            words = f"{customer}, {number}" if number else customer
            found[payment_id] = Whose(words, invoice_id or "")
        else:
            # Of several invoices none is the one to lead to.
            found[payment_id] = Whose(f"{known.what}, {number}")
    return found
