"""H: amounts are the server's own: a document's from its lines, a payment's from its checkout."""

from sqlalchemy import and_, case, func, or_, select

from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.proving.rule import Rule

_attempt = table_of(CheckoutAttempt)
_meant = table_of(CheckoutAttemptInvoice)
_invoice = table_of(Invoice)
_line = table_of(InvoiceLine)
_tax = table_of(InvoiceTax)
_payment = table_of(Payment)
_refund = table_of(Refund)

_meant_in_all = (
    select(_meant.c.company_id, _meant.c.attempt_id, func.sum(_meant.c.amount).label("amount"))
    .group_by(_meant.c.company_id, _meant.c.attempt_id)
    .subquery()
)
_lines = (
    select(_line.c.company_id, _line.c.invoice_id, func.sum(_line.c.amount).label("amount"))
    .group_by(_line.c.company_id, _line.c.invoice_id)
    .subquery()
)
_taxes = (
    select(_tax.c.company_id, _tax.c.invoice_id, func.sum(_tax.c.amount).label("amount"))
    .group_by(_tax.c.company_id, _tax.c.invoice_id)
    .subquery()
)
_tax_in_all = func.coalesce(_taxes.c.amount, 0)

RULES = (
    Rule(
        "H",
        "a checkout asks for what its invoices are to get",
        _attempt,
        select(
            _attempt.c.company_id,
            _attempt.c.id.label("attempt"),
            _attempt.c.amount,
            _meant_in_all.c.amount.label("of_its_invoices"),
        )
        .select_from(
            _attempt.outerjoin(
                _meant_in_all,
                and_(
                    _meant_in_all.c.company_id == _attempt.c.company_id,
                    _meant_in_all.c.attempt_id == _attempt.c.id,
                ),
            )
        )
        .where(func.coalesce(_meant_in_all.c.amount, 0) != _attempt.c.amount),
    ),
    Rule(
        "H",
        "a checkout is in the currency of its invoices",
        _meant,
        select(
            _meant.c.company_id,
            _attempt.c.id.label("attempt"),
            _attempt.c.currency,
            _invoice.c.currency.label("of_the_invoice"),
        ).where(
            _attempt.c.company_id == _meant.c.company_id,
            _attempt.c.id == _meant.c.attempt_id,
            _invoice.c.company_id == _meant.c.company_id,
            _invoice.c.id == _meant.c.invoice_id,
            _attempt.c.currency != _invoice.c.currency,
        ),
    ),
    Rule(
        "H",
        "a payment is what its checkout asked for, on the same account",
        _payment,
        select(
            _payment.c.company_id,
            _payment.c.id.label("payment"),
            _payment.c.amount,
            _payment.c.currency,
            _attempt.c.amount.label("asked_for"),
        ).where(
            _attempt.c.company_id == _payment.c.company_id,
            _attempt.c.id == _payment.c.attempt_id,
            or_(
                _attempt.c.amount != _payment.c.amount,
                _attempt.c.currency != _payment.c.currency,
                _attempt.c.customer_id != _payment.c.customer_id,
                _attempt.c.stripe_account_id != _payment.c.stripe_account_id,
            ),
        ),
    ),
    Rule(
        "H",
        "a refund is in the currency of its payment",
        _refund,
        select(
            _refund.c.company_id,
            _refund.c.id.label("refund"),
            _refund.c.currency,
            _payment.c.currency.label("of_the_payment"),
        ).where(
            _payment.c.company_id == _refund.c.company_id,
            _payment.c.id == _refund.c.payment_id,
            _payment.c.currency != _refund.c.currency,
        ),
    ),
    Rule(
        "H",
        "an invoice comes to its lines, less its discount, and its taxes",
        _invoice,
        select(
            _invoice.c.company_id,
            _invoice.c.number.label("invoice"),
            _invoice.c.subtotal,
            _invoice.c.discount,
            _lines.c.amount.label("lines"),
            _invoice.c.tax,
            _taxes.c.amount.label("taxes"),
            _invoice.c.total,
        )
        .select_from(
            _invoice.outerjoin(
                _lines,
                and_(
                    _lines.c.company_id == _invoice.c.company_id,
                    _lines.c.invoice_id == _invoice.c.id,
                ),
            ).outerjoin(
                _taxes,
                and_(
                    _taxes.c.company_id == _invoice.c.company_id,
                    _taxes.c.invoice_id == _invoice.c.id,
                ),
            )
        )
        .where(
            or_(
                _invoice.c.total != _invoice.c.subtotal + _invoice.c.tax,
                _invoice.c.tax != _tax_in_all,
                case(
                    (_lines.c.amount.is_(None), 0),
                    else_=_lines.c.amount - _invoice.c.discount - _invoice.c.subtotal,
                )
                != 0,
            )
        ),
    ),
)
