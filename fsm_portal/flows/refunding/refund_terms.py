"""What a refund of one payment could be, for whoever is about to ask for one."""

from dataclasses import dataclass

from sqlalchemy import select

from fsm_portal.db import reading
from fsm_portal.domain.balances import payment_shares
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.money import to_decimal
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.flows.refunding.refundable import authorise, payment_of, what_is_left
from fsm_portal.gateways import formats

_attempt = table_of(CheckoutAttempt)


@dataclass(frozen=True)
class RefundTerms:
    """What a refund of one payment could be: ``amount`` as one would type it, ``limit`` in words.

    ``fees`` says what becomes of them, ``spread`` where it goes if several invoices are concerned.
    """

    payment_id: str = ""
    paid: str = ""
    amount: str = ""
    limit: str = ""
    currency: str = ""
    fees: str = ""
    spread: str = ""


def refund_terms(who: Identity, payment_id: str, invoice_id: str = "") -> RefundTerms:
    """What the dialog begins with. Raises CannotRefund where nothing can be refunded."""
    authorise(who)
    with reading() as session:
        company = session.get_one(Company, who.company_id)
        payment = payment_of(session.connection(), who.company_id, payment_id)
        left = what_is_left(session.connection(), company, payment)
        shares = payment_shares(session, who.company_id, payment.id)
        fee: int | None = (
            session.connection()
            .execute(
                select(_attempt.c.application_fee).where(
                    _attempt.c.company_id == who.company_id, _attempt.c.id == payment.attempt_id
                )
            )
            .scalar()
        )
    here = next((each.left for each in shares if each.invoice_id == (invoice_id or None)), 0)
    suggested = min(here, left) if here > 0 and invoice_id else left

    def money(amount: int) -> str:
        return formats.money(amount, payment.currency, company.locale)

    fees = "Stripe keeps its own fee."
    if fee:
        fees += (
            f" The platform fee comes back in proportion: all {money(fee)} with the whole payment."
        )
    spread = ""
    if invoice_id and 0 < suggested < left:
        spread = (
            f"{money(suggested)} of it stands on this invoice. More than that goes back on the "
            "other invoices of this payment, in proportion to what they got of it."
        )
    elif not invoice_id and len(shares) > 1:
        spread = (
            "This payment is for several invoices. Credit goes back first, the rest in proportion "
            "to what each invoice got of it."
        )
    return RefundTerms(
        payment_id=payment.id,
        paid=f"{money(payment.amount)} · {method_words(payment.method, payment.last4)}",
        amount=str(to_decimal(suggested, payment.currency)),
        limit=money(left),
        currency=payment.currency,
        fees=fees,
        spread=spread,
    )
