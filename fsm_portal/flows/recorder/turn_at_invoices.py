"""The turn at invoices: whoever changes what is owed on them waits for whoever does so now."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, exists, select

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.statement import Call, Statement

_invoice = table_of(Invoice)
_payment = table_of(Payment)

_LOCKED = (
    select(_invoice.c.id)
    .where(
        _invoice.c.company_id == bindparam("company_id"),
        _invoice.c.id.in_(bindparam("invoice_ids", expanding=True)),
    )
    .order_by(_invoice.c.id)
    .with_for_update(key_share=True)
)
# The same of one, to be asked together with the payment's insertion, and only if that is new: a
# payment's row comes before its invoices', so whoever finds it there must not hold these yet.
_LOCKED_ONE = Statement(
    select(_invoice.c.id)
    .where(
        _invoice.c.company_id == bindparam("company_id"),
        _invoice.c.id == bindparam("invoice_id"),
        exists().where(
            _payment.c.company_id == bindparam("company_id"),
            _payment.c.id == bindparam("payment_id"),
        ),
    )
    .with_for_update(key_share=True)
)
_LOCKED_OF = (
    select(_invoice.c.id)
    .where(
        _invoice.c.company_id == bindparam("company_id"),
        _invoice.c.customer_id == bindparam("customer_id"),
    )
    .order_by(_invoice.c.id)
    .with_for_update(key_share=True)
)


def lock_invoices(connection: Connection, company_id: str, invoice_ids: Sequence[str]) -> None:
    """Whoever changes what is owed on an invoice takes turns here, and first of all.

    All that a unit of work will touch in one call: they are locked in the order of their ids, so
    that nobody waits for who waits for them. On PostgreSQL: SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCKED, {"company_id": company_id, "invoice_ids": list(invoice_ids)})


def turns_at_invoices(
    connection: Connection, payment_id: str, invoices: Sequence[Mapping[str, str]]
) -> list[Call]:
    """The same to be asked together with the insertion of a payment, one by one in the order of
    their ids; each of ``invoices`` has ``company_id`` and ``invoice_id``.
    """
    if connection.dialect.name != "postgresql":
        return []
    return [_LOCKED_ONE.with_({**invoice, "payment_id": payment_id}) for invoice in invoices]


def lock_invoices_of(connection: Connection, company_id: str, customer_id: str) -> None:
    """All of a customer's, in the same order: what is due on them is about to be written anew."""
    if connection.dialect.name == "postgresql":
        key = {"company_id": company_id, "customer_id": customer_id}
        connection.execute(_LOCKED_OF, key)
