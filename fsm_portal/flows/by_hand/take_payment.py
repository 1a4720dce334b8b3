"""Money that the office takes by hand: cash, a cheque, a transfer to the bank."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.one_line import one_line
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.payment import BroughtBy, Payment, PaymentAllocation
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.by_hand.taken import CannotTake, Taken, checked
from fsm_portal.flows.crediting.open_due import OpenDue, open_due
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.open_pages import close_all_pages
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices
from fsm_portal.gateways import formats

__all__ = ["CannotTake", "Taken", "take_payment"]

_company = table_of(Company)
_customer = table_of(Customer)
_invoice = table_of(Invoice)


def take_payment(who: Identity, invoice_id: object, taken: Taken) -> frozenset[str]:
    """Record a payment by hand on one invoice, once for each press; topics to ring.

    Stripe's pages that are open on the invoice are closed first. Raises CannotTake; an invoice of
    another company is no different from none.
    """
    if not who.may(May.TAKE_PAYMENTS):
        raise CannotTake("", "Your role cannot take payments. Ask the office to do it.")
    with reading() as session:
        bill = _bill(session.connection(), who, invoice_id)
    wanted = checked(taken, bill)
    topics = close_all_pages(who.company_id, bill.customer_id, bill.id)
    try:
        with unit_of_work() as session:
            _record(session, who, bill, taken, *wanted)
    except CannotTake as error:
        error.topics = topics
        raise
    # The customer may have opened another one before the balance was lower.
    topics |= close_all_pages(who.company_id, bill.customer_id, bill.id)
    return topics | topics_of(who.company_id, bill.customer_id, [bill.id])


def _bill(connection: Connection, who: Identity, invoice_id: object) -> Row[*tuple[Any, ...]]:
    """The invoice with what is needed of its company and customer."""
    row = None
    if isinstance(invoice_id, str) and is_id(invoice_id):
        row = connection.execute(
            select(
                _invoice.c.id,
                _invoice.c.number,
                _invoice.c.customer_id,
                _invoice.c.currency,
                _invoice.c.issued_at,
                _invoice.c.voided_at,
                _company.c.time_zone,
                _company.c.locale,
                _customer.c.name,
                _customer.c.email,
            ).where(
                _invoice.c.company_id == who.company_id,
                _invoice.c.id == invoice_id,
                _company.c.id == _invoice.c.company_id,
                _customer.c.company_id == _invoice.c.company_id,
                _customer.c.id == _invoice.c.customer_id,
            )
        ).first()
    if row is None:
        raise CannotTake("", "This invoice does not exist.")
    if row.issued_at is None:
        raise CannotTake("", "This invoice is a draft. Send it first, then payments can be taken.")
    if row.voided_at is not None:
        raise CannotTake("", "This invoice is void: nothing can be paid on it.")
    return row


def _record(
    session: Session,
    who: Identity,
    bill: Row[*tuple[Any, ...]],
    taken: Taken,
    amount: int,
    received_at: datetime,
) -> None:
    connection, payment_id = session.connection(), new_id()
    row = {
        "company_id": who.company_id,
        "id": payment_id,
        "customer_id": bill.customer_id,
        "currency": bill.currency,
        "amount": amount,
        "method": taken.method,
        "last4": "",
        "taken_by": who.person_id,
        "note": one_line(taken.note),
        "press_id": taken.press_id,
        "brought_by": BroughtBy.STAFF,
        "received_at": received_at,
        "recorded_at": now(),
    }
    if not insert_once(connection, Payment, row):
        return
    lock_invoices(connection, who.company_id, [bill.id])
    due = open_due(session, who.company_id, bill.id)
    part = min(amount, due.amount)
    _check_surplus(amount, due, taken, bill)
    allocation = {
        "company_id": who.company_id,
        "payment_id": payment_id,
        "invoice_id": bill.id,
        "amount": part,
    }
    insert_once(connection, PaymentAllocation, allocation)
    post(
        connection,
        company_id=who.company_id,
        currency=bill.currency,
        source=payment_id,
        occurred_at=received_at,
        customer_id=bill.customer_id,
        payment_id=payment_id,
        postings=[
            Posting(Account.ON_HAND, Account.RECEIVABLE, part, Kind.PAYMENT, bill.id, bill.id),
            Posting(Account.ON_HAND, Account.CUSTOMER_CREDIT, amount - part, Kind.OVERPAYMENT),
        ],
    )
    write_down(
        connection,
        who,
        Deed.TOOK_PAYMENT,
        about="invoice",
        about_id=bill.id,
        words=", ".join(
            (
                formats.money(amount, bill.currency, bill.locale),
                taken.method.replace("_", " "),
                bill.number,
            )
        ),
    )
    if taken.receipt:
        enqueue(
            connection,
            who.company_id,
            WorkKind.RECEIPT_MAIL,
            f"receipt:{payment_id}",
            {"payment_id": payment_id},
        )


def _check_surplus(amount: int, due: OpenDue, taken: Taken, bill: Row[*tuple[Any, ...]]) -> None:
    if due.amount == 0:
        raise CannotTake("", due.why or "Nothing is due on this invoice any more.")
    if amount > due.amount and not taken.keep:
        surplus = formats.money(amount - due.amount, bill.currency, bill.locale)
        raise CannotTake(
            "amount",
            f"{formats.money(due.amount, bill.currency, bill.locale)} is due: that is {surplus} "
            f"more. {due.why}".strip(),
            surplus,
        )
