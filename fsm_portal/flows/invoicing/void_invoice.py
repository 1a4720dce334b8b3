"""Void: an invoice that should not have been sent is taken off the books, by entries of its own."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update
from sqlmodel import Session

from fsm_portal.db import reading, writing
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.balances import InvoiceBalance, invoice_balances
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry, Posting, post
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoices.invoice_view import Standing, processing_among
from fsm_portal.flows.paying.open_pages import close_all_pages
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices

_invoice = table_of(Invoice)
_entry = table_of(LedgerEntry)
_CHARGED = (Kind.SALE, Kind.TAX, Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE)


class CannotVoid(Exception):
    """Why it cannot be voided, in words for staff; ``topics`` are to be rung."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.topics: frozenset[str] = frozenset()


def may_be_voided(invoice: Invoice, standing: Standing) -> bool:
    """Whether the button is there: sent, not void, and no money ever came in or is on its way."""
    is_open = invoice.issued_at is not None and invoice.voided_at is None
    return is_open and not standing.status.processing and not _has_money(standing.balance)


def void_invoice(who: Identity, invoice_id: object) -> frozenset[str]:
    """Take an unpaid invoice off the books, once; topics to ring. Its number stays used.

    Raises CannotVoid; an invoice of another company is no different from none.
    """
    if not who.may(May.VOID):
        raise CannotVoid("Your role cannot void invoices. Ask the office to do it.")
    with reading() as session:
        invoice = _of_the_company(session, who, invoice_id)
    # A page that was paid a moment ago is recorded by this, and then it is too late.
    topics = close_all_pages(who.company_id, invoice.customer_id, invoice.id)
    try:
        with writing() as connection:
            _void(connection, who, invoice)
    except CannotVoid as error:
        error.topics = topics
        raise
    topics |= close_all_pages(who.company_id, invoice.customer_id, invoice.id)
    return topics | topics_of(who.company_id, invoice.customer_id, [invoice.id])


def _of_the_company(session: Session, who: Identity, invoice_id: object) -> Invoice:
    invoice = None
    if isinstance(invoice_id, str) and is_id(invoice_id):
        invoice = session.get(Invoice, (who.company_id, invoice_id))
    if invoice is None:
        raise CannotVoid("This invoice does not exist.")
    if invoice.issued_at is None:
        raise CannotVoid("This invoice was not sent yet: nobody owes it.")
    _refuse_what_is_on_its_way(session, invoice)
    return invoice


def _refuse_what_is_on_its_way(session: Session | Connection, invoice: Invoice) -> None:
    if processing_among(session, invoice.company_id, [invoice.id]):
        raise CannotVoid("A bank payment for this invoice is on its way: please wait for it.")


def _void(connection: Connection, who: Identity, invoice: Invoice) -> None:
    company_id = who.company_id
    lock_invoices(connection, company_id, [invoice.id])
    # Of a page that was to be closed Stripe may have said that a bank debit was submitted on it.
    _refuse_what_is_on_its_way(connection, invoice)
    if _has_money(invoice_balances(connection, company_id, [invoice.id])[invoice.id]):
        raise CannotVoid(
            "Money was received on this invoice. Refund it: a credit note goes with that."
        )
    voided_now = connection.execute(
        update(_invoice)
        .where(
            _invoice.c.company_id == company_id,
            _invoice.c.id == invoice.id,
            _invoice.c.voided_at.is_(None),
        )
        .values(voided_at=now())
        .returning(_invoice.c.id)
    ).first()
    if voided_now is None:
        return
    post(
        connection,
        company_id=company_id,
        currency=invoice.currency,
        source=invoice.id,
        occurred_at=now(),
        customer_id=invoice.customer_id,
        postings=_turned_around(connection, company_id, invoice.id),
    )
    write_down(
        connection,
        who,
        Deed.VOIDED_INVOICE,
        about="invoice",
        about_id=invoice.id,
        words=invoice.number,
    )


def _has_money(balance: InvoiceBalance) -> bool:
    return balance.received != 0 or balance.paid != 0


def _turned_around(connection: Connection, company_id: str, invoice_id: str) -> Sequence[Posting]:
    """What was charged and credited, the other way round: together they come to nothing."""
    rows = connection.execute(
        select(_entry.c.debit, _entry.c.credit, _entry.c.amount).where(
            _entry.c.company_id == company_id,
            _entry.c.invoice_id == invoice_id,
            _entry.c.kind.in_(_CHARGED),
        )
    )
    owed: dict[Account, int] = {}
    for debit, credit, amount in rows:
        other, sign = (credit, 1) if debit == Account.RECEIVABLE else (debit, -1)
        owed[Account(other)] = owed.get(Account(other), 0) + sign * int(amount)
    return [
        Posting(account, Account.RECEIVABLE, amount, Kind.VOID, account.value, invoice_id)
        if amount > 0
        else Posting(Account.RECEIVABLE, account, -amount, Kind.VOID, account.value, invoice_id)
        for account, amount in owed.items()
    ]
