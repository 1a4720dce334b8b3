"""Disputes as rows of their own, beside the payments that they are of."""

from collections.abc import Sequence

from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.flows.payment_rows.meant import invoices_meant
from fsm_portal.flows.payment_rows.received import PAYMENTS
from fsm_portal.flows.payment_rows.row import PaymentRow
from fsm_portal.flows.payments.dispute_rows import disputes
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently


def disputed(session: Session, company: Company, ids: Sequence[str]) -> dict[str, PaymentRow]:
    """By their ids."""
    found = disputes(session, company, ids)
    key = {"company_id": company.id, "ids": [row.payment_id for row, _ in found]}
    payments = {row.id: row for row in session.connection().execute(PAYMENTS, key)}
    attempts = {payment.attempt_id for payment in payments.values()}
    invoices = invoices_meant(session, company.id, attempts)
    moment = now()
    rows: dict[str, PaymentRow] = {}
    for row, view in found:
        payment = payments[row.payment_id]
        rows[row.id] = PaymentRow(
            id=row.id,
            failed=False,
            when=recently(row.opened_at, company.time_zone, company.locale, moment),
            customer=payment.customer,
            customer_id=payment.customer_id,
            invoices=invoices.get(payment.attempt_id, ()),
            method=method_words(payment.method, payment.last4),
            reference=view.reference,
            gross=formats.money(-row.amount, row.currency, company.locale),
            is_dispute=True,
            dispute=view,
        )
    return rows
