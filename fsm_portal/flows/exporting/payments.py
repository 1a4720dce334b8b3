"""Payments as rows of CSV: what was received in the period, at Stripe and by hand."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, tuple_
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.exporting.names import customers_named, invoices_paid
from fsm_portal.flows.exporting.piece import ROWS, Asked, Export, Piece, Place, next_place
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.flows.staff_desk import takes_platform_fee
from fsm_portal.gateways.csv_text import amount_cell, moment_cell

_payment = table_of(Payment)


class Payments(Export):
    """By when each was received. Fees are in ``fee_currency``: Stripe may have converted."""

    def headings(self, asked: Asked) -> list[str]:
        return [
            *("received_at", "customer", "invoices", "method", "currency", "amount"),
            *(_fee_headings(asked) if asked.fees else ()),
            *("state", "source", "stripe_reference", "stripe_charge", "note"),
        ]

    def piece(self, session: Session, company: Company, asked: Asked, place: Place) -> Piece:
        wanted = (
            select(_payment)
            .where(
                _payment.c.company_id == company.id,
                _payment.c.received_at >= asked.since,
                _payment.c.received_at < asked.until,
            )
            .order_by(_payment.c.received_at, _payment.c.id)
            .limit(ROWS)
        )
        if place is not None:
            wanted = wanted.where(tuple_(_payment.c.received_at, _payment.c.id) > place)
        found = session.connection().execute(wanted).all()
        customers = customers_named(session, company.id, (row.customer_id for row in found))
        invoices = invoices_paid(session, company.id, (row.id for row in found))
        rows = [
            [
                moment_cell(row.received_at, company.time_zone),
                customers[row.customer_id].name,
                invoices.get(row.id, ""),
                method_words(row.method, row.last4),
                row.currency,
                amount_cell(row.amount, row.currency),
                *(_fees(row, asked) if asked.fees else ()),
                "reversed" if row.reversed_at else "received",
                row.brought_by,
                row.payment_intent_id or "",
                row.charge_id or "",
                row.note,
            ]
            for row in found
        ]
        return Piece(rows, next_place(found, "received_at"))


def is_platform_fee_among(
    session: Session, company_id: str, since: datetime, until: datetime
) -> bool:
    """Whether there is a platform fee to speak of: one is taken now, or was from ``since`` on."""
    paid_then = exists().where(
        _payment.c.company_id == company_id,
        _payment.c.received_at >= since,
        _payment.c.received_at < until,
        _payment.c.platform_fee > 0,
    )
    return takes_platform_fee() or bool(session.connection().scalar(select(paid_then)))


def _fee_headings(asked: Asked) -> list[str]:
    platform = ["platform_fee"] if asked.platform_fee else []
    return ["fee_currency", "stripe_fee", *platform, "net"]


def _fees(row: Any, asked: Asked) -> list[str]:
    """Empty while Stripe has not told them yet."""
    currency = row.settled_currency or row.currency
    platform = [amount_cell(row.platform_fee, currency)] if asked.platform_fee else []
    if row.taken_by is not None:
        net = amount_cell(0 if row.reversed_at else row.amount, currency)
        return [currency, "", *([""] * len(platform)), net]
    if row.stripe_fee is None:
        return [currency, "", *([""] * len(platform)), ""]
    settled = row.amount if row.settled_amount is None else row.settled_amount
    net = amount_cell(settled - row.stripe_fee - (row.platform_fee or 0), currency)
    return [currency, amount_cell(row.stripe_fee, currency), *platform, net]
