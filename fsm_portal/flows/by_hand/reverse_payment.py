"""A payment by hand that was a mistake, or a cheque that came back: reversed, never deleted."""

from sqlalchemy import select, update

from fsm_portal.db import writing
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.balances import payment_shares
from fsm_portal.domain.clock import now
from fsm_portal.domain.customer_credit import lock_credit
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.words import money_on_invoices
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices

_payment = table_of(Payment)


class CannotReverse(Exception):
    """Why it cannot be reversed, in words for staff."""


def reverse_payment(who: Identity, payment_id: object) -> frozenset[str]:
    """Take a payment by hand back by new entries, once; topics to ring.

    What was put from its surplus to other invoices is owed there again. Raises CannotReverse; a
    payment of another company is no different from none.
    """
    if not who.may(May.TAKE_PAYMENTS):
        raise CannotReverse("Your role cannot reverse payments. Ask the office to do it.")
    with writing() as connection:
        known = isinstance(payment_id, str) and is_id(payment_id)
        this = (_payment.c.company_id == who.company_id, _payment.c.id == payment_id)
        payment = connection.execute(select(_payment).where(*this)).first() if known else None
        if payment is None:
            raise CannotReverse("This payment does not exist.")
        if payment.taken_by is None:
            raise CannotReverse("This payment came through Stripe: refund it instead.")
        lock_credit(connection, who.company_id, payment.customer_id)
        reversed_now = connection.execute(
            update(_payment)
            .where(*this, _payment.c.reversed_at.is_(None))
            .values(reversed_at=now(), reversed_by=who.person_id)
            .returning(_payment.c.id)
        ).first()
        shares = payment_shares(connection, who.company_id, payment.id)
        invoices = [share.invoice_id for share in shares if share.invoice_id is not None]
        if reversed_now is not None:
            lock_invoices(connection, who.company_id, invoices)
            post(
                connection,
                company_id=who.company_id,
                currency=payment.currency,
                source=payment.id,
                occurred_at=now(),
                customer_id=payment.customer_id,
                payment_id=payment.id,
                postings=[
                    Posting(
                        Account.CUSTOMER_CREDIT if share.invoice_id is None else Account.RECEIVABLE,
                        Account.ON_HAND,
                        share.left,
                        Kind.PAYMENT_REVERSED,
                        share.invoice_id or "",
                        share.invoice_id,
                    )
                    for share in shares
                ],
            )
            write_down(
                connection,
                who,
                Deed.REVERSED_PAYMENT,
                about="invoice" if invoices else "payment",
                about_id=invoices[0] if invoices else payment.id,
                words=money_on_invoices(
                    connection, who.company_id, payment.amount, payment.currency, invoices
                ),
            )
    return topics_of(who.company_id, payment.customer_id, invoices)
