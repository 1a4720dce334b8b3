"""Refunds as rows of their own, beside the payments that they are of."""

from collections.abc import Sequence

from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.flows.payment_rows.meant import invoices_meant
from fsm_portal.flows.payment_rows.received import PAYMENTS
from fsm_portal.flows.payment_rows.row import PaymentRow
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.flows.refunding.refund_rows import REFUNDS, refund_view
from fsm_portal.flows.staff_desk import Desk
from fsm_portal.gateways import formats


def gone_back(
    session: Session, company: Company, desk: Desk, ids: Sequence[str]
) -> dict[str, PaymentRow]:
    """By their ids."""
    connection = session.connection()
    found = connection.execute(REFUNDS, {"company_id": company.id, "ids": list(ids)}).all()
    key = {"company_id": company.id, "ids": [row.payment_id for row in found]}
    payments = {row.id: row for row in connection.execute(PAYMENTS, key)}
    attempts = {payment.attempt_id for payment in payments.values()}
    invoices = invoices_meant(session, company.id, attempts)
    rows: dict[str, PaymentRow] = {}
    for row in found:
        payment = payments[row.payment_id]
        view = refund_view(row, company, desk)
        net = ""
        if desk.sees_fees and row.platform_fee is not None and not view.nothing:
            net = formats.money(row.platform_fee - row.amount, row.currency, company.locale)
        rows[row.id] = PaymentRow(
            id=row.id,
            failed=False,
            when=view.when,
            customer=payment.customer,
            customer_id=payment.customer_id,
            invoices=invoices.get(payment.attempt_id, ()),
            method=method_words(payment.method, payment.last4),
            reference=view.reference,
            gross=formats.money(-row.amount, row.currency, company.locale),
            platform_fee=view.fee_back,
            net=net,
            is_refund=True,
            refund=view,
        )
    return rows
