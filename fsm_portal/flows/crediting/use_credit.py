"""Credit of a customer put to an invoice: less is owed on it, and less is left of the credit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_use import CreditUse
from fsm_portal.domain.customer_credit import CreditPart, lock_credit
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.money import parse_amount
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.crediting.open_due import open_due
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.open_pages import close_all_pages
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices
from fsm_portal.gateways import formats

_company = table_of(Company)
_invoice = table_of(Invoice)


class CannotUse(Exception):
    """Why credit cannot be used here, in words for staff; ``topics`` are to be rung."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.topics: frozenset[str] = frozenset()


def use_credit(who: Identity, invoice_id: object, press_id: str, typed: str) -> frozenset[str]:
    """Put ``typed`` (major units) of the customer's credit to their invoice; topics to ring.

    Once for each press, never more than there is or is due; the oldest credit goes first. Raises
    CannotUse; an invoice of another company is no different from none.
    """
    if not who.may(May.TAKE_PAYMENTS):
        raise CannotUse("Your role cannot use credit. Ask the office to do it.")
    if not is_id(press_id):
        raise CannotUse("Please open this dialog once more.")
    with reading() as session:
        invoice = _open_invoice(session.connection(), who, invoice_id)
    amount = _parsed(typed, invoice.currency)
    topics = close_all_pages(who.company_id, invoice.customer_id, invoice.id)
    try:
        with unit_of_work() as session:
            _apply(session, who, invoice, press_id, amount)
    except CannotUse as error:
        error.topics = topics
        raise
    topics |= close_all_pages(who.company_id, invoice.customer_id, invoice.id)
    return topics | topics_of(who.company_id, invoice.customer_id, [invoice.id])


def _open_invoice(
    connection: Connection, who: Identity, invoice_id: object
) -> Row[*tuple[Any, ...]]:
    invoice = None
    if isinstance(invoice_id, str) and is_id(invoice_id):
        invoice = connection.execute(
            select(_invoice, _company.c.locale).where(
                _invoice.c.company_id == who.company_id,
                _invoice.c.id == invoice_id,
                _company.c.id == _invoice.c.company_id,
            )
        ).first()
    if invoice is None:
        raise CannotUse("This invoice does not exist.")
    if invoice.issued_at is None or invoice.voided_at is not None:
        raise CannotUse("Credit can be used on an invoice that was sent and is not void.")
    return invoice


def _parsed(typed: str, currency: str) -> int:
    try:
        return parse_amount(typed, currency)
    except ValueError as error:
        raise CannotUse(str(error)) from error


def _apply(
    session: Session,
    who: Identity,
    invoice: Row[*tuple[Any, ...]],
    press_id: str,
    amount: int,
) -> None:
    connection = session.connection()
    credit = lock_credit(connection, who.company_id, invoice.customer_id)
    use = {
        "company_id": who.company_id,
        "id": press_id,
        "customer_id": invoice.customer_id,
        "invoice_id": invoice.id,
        "currency": invoice.currency,
        "amount": amount,
        "used_by": who.person_id,
        "used_at": now(),
    }
    if not insert_once(connection, CreditUse, use):
        return
    lock_invoices(connection, who.company_id, [invoice.id])
    due = open_due(session, who.company_id, invoice.id)
    parts = [part for part in credit if part.currency == invoice.currency]
    left = sum(part.amount for part in parts)
    if amount > due.amount:
        only = f"Only {_words(due.amount, invoice)} is due on this invoice."
        raise CannotUse(due.why if due.amount == 0 and due.why else f"{only} {due.why}".strip())
    if amount > left:
        raise CannotUse(f"Only {_words(left, invoice)} of credit is left.")
    write_down(
        connection,
        who,
        Deed.USED_CREDIT,
        about="invoice",
        about_id=invoice.id,
        words=f"{_words(amount, invoice)} on {invoice.number}",
    )
    for part, used in _taken_of(parts, amount):
        post(
            connection,
            company_id=who.company_id,
            currency=invoice.currency,
            source=press_id,
            occurred_at=now(),
            customer_id=invoice.customer_id,
            payment_id=part.payment_id,
            postings=[
                Posting(
                    Account.CUSTOMER_CREDIT,
                    Account.RECEIVABLE,
                    used,
                    Kind.CREDIT_APPLIED,
                    part.payment_id or "",
                    invoice.id,
                )
            ],
        )


def _taken_of(parts: Sequence[CreditPart], amount: int) -> list[tuple[CreditPart, int]]:
    taken = []
    for part in parts:
        used = min(part.amount, amount)
        if used > 0:
            taken.append((part, used))
            amount -= used
    return taken


def _words(amount: int, invoice: Row[*tuple[Any, ...]]) -> str:
    return formats.money(amount, invoice.currency, invoice.locale)
