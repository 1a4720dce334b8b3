"""What a company's books say, as a test likes to compare it."""

from collections import Counter
from typing import Any

from sqlmodel import Session, SQLModel, select

from fsm_portal.db import reading
from fsm_portal.domain.balances import InvoiceBalance, invoice_balances
from fsm_portal.domain.company import Company
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.invoices.invoice_view import standings


def rows(model: type[SQLModel], session: Session | None = None) -> list[Any]:
    """Every row of a table."""
    if session is not None:
        return list(session.exec(select(model)).all())
    with reading() as own:
        return list(own.exec(select(model)).all())


def status(invoice: Invoice, session: Session | None = None) -> str:
    """The word on the invoice's badge."""
    if session is not None:
        company = session.get_one(Company, invoice.company_id)
        fresh = session.get_one(Invoice, (invoice.company_id, invoice.id))
        return standings(session, company, [fresh])[fresh.id].status.label
    with reading() as own:
        return status(invoice, own)


def balance(invoice: Invoice, session: Session | None = None) -> InvoiceBalance:
    """What the ledger says of the invoice, in minor units."""
    if session is not None:
        return invoice_balances(session, invoice.company_id, [invoice.id])[invoice.id]
    with reading() as own:
        return balance(invoice, own)


def accounts(
    company: Company, session: Session | None = None, currency: str | None = None
) -> dict[str, int]:
    """Debits less credits of every account that has entries, in minor units of its currency."""
    found: Counter[str] = Counter()
    for entry in rows(LedgerEntry, session):
        if entry.company_id == company.id and currency in (None, entry.currency):
            assert entry.amount > 0
            found[Account(entry.debit).value] += entry.amount
            found[Account(entry.credit).value] -= entry.amount
    return dict(found)


def only_payment() -> Payment:
    """The one payment there is."""
    (payment,) = rows(Payment)
    assert isinstance(payment, Payment)
    return payment
