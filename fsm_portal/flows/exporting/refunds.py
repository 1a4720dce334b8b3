"""Refunds as rows of CSV, those that came to nothing among them and so named."""

from sqlalchemy import select, tuple_
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.exporting.names import customers_named, invoices_paid
from fsm_portal.flows.exporting.piece import ROWS, Asked, Export, Piece, Place, next_place
from fsm_portal.gateways.csv_text import amount_cell, moment_cell

_refund = table_of(Refund)
_payment = table_of(Payment)
_staff = table_of(Staff)


class Refunds(Export):
    """By when each happened. ``amount`` is positive: what goes back."""

    def headings(self, asked: Asked) -> list[str]:
        return [
            *("refunded_at", "customer", "invoices", "currency", "amount", "state", "reason"),
            *("still_owed", "asked_by", "stripe_reference", "stripe_payment"),
        ]

    def piece(self, session: Session, company: Company, asked: Asked, place: Place) -> Piece:
        wanted = (
            select(
                _refund,
                _payment.c.customer_id,
                _payment.c.payment_intent_id,
                _staff.c.name.label("by"),
            )
            .join(
                _payment,
                (_payment.c.company_id == _refund.c.company_id)
                & (_payment.c.id == _refund.c.payment_id),
            )
            .outerjoin(
                _staff,
                (_staff.c.company_id == _refund.c.company_id) & (_staff.c.id == _refund.c.asked_by),
            )
            .where(
                _refund.c.company_id == company.id,
                _refund.c.happened_at >= asked.since,
                _refund.c.happened_at < asked.until,
            )
            .order_by(_refund.c.happened_at, _refund.c.id)
            .limit(ROWS)
        )
        if place is not None:
            wanted = wanted.where(tuple_(_refund.c.happened_at, _refund.c.id) > place)
        found = session.connection().execute(wanted).all()
        customers = customers_named(session, company.id, (row.customer_id for row in found))
        invoices = invoices_paid(session, company.id, (row.payment_id for row in found))
        rows = [
            [
                moment_cell(row.happened_at, company.time_zone),
                customers[row.customer_id].name,
                invoices.get(row.payment_id, ""),
                row.currency,
                amount_cell(row.amount, row.currency),
                row.status,
                row.reason,
                "yes" if row.still_owed else "no",
                row.by or "Stripe’s dashboard",
                row.stripe_refund_id or "",
                row.payment_intent_id or "",
            ]
            for row in found
        ]
        return Piece(rows, next_place(found, "happened_at"))
