"""What the recorder asks of a checkout attempt: whose it is, and what it was meant for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.statement import Statement

_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)

# Made once: writing a statement costs more than running it.
_THE_ATTEMPT = Statement(
    select(_attempt.c.id, _attempt.c.customer_id).where(
        _attempt.c.company_id == bindparam("company_id"), _attempt.c.id == bindparam("attempt_id")
    )
)
_ITS_INVOICES = Statement(
    select(_attempt_invoice.c.invoice_id, _attempt_invoice.c.amount)
    .where(
        _attempt_invoice.c.company_id == bindparam("company_id"),
        _attempt_invoice.c.attempt_id == bindparam("attempt_id"),
    )
    .order_by(_attempt_invoice.c.invoice_id)
)


def find_attempt(
    connection: Connection, company_id: str, attempt_id: str
) -> Row[*tuple[Any, ...]] | None:
    """``id`` and ``customer_id`` of the company's attempt, if it is there."""
    key = {"company_id": company_id, "attempt_id": attempt_id}
    found: Row[*tuple[Any, ...]] | None = _THE_ATTEMPT.ask(connection, key).first
    return found


def meant_for(
    connection: Connection, company_id: str, attempt_id: str
) -> Sequence[Row[*tuple[Any, ...]]]:
    """``invoice_id`` and ``amount`` (minor units) of an attempt's invoices, in a fixed order."""
    key = {"company_id": company_id, "attempt_id": attempt_id}
    return _ITS_INVOICES.ask(connection, key).rows
