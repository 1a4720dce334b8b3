"""What the log says of money: how much of it, and on which invoices."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.gateways import formats

_company = table_of(Company)
_invoice = table_of(Invoice)
# The others of a payment of many are counted.
_NAMED = 3


def money_on_invoices(
    connection: Connection, company_id: str, amount: int, currency: str, ids: Collection[str]
) -> str:
    """``amount`` (minor units) as the company writes it, and the invoices: "$60.00, INV-0042"."""
    locale = connection.execute(
        select(_company.c.locale).where(_company.c.id == company_id)
    ).scalar_one()
    numbers = connection.execute(
        select(_invoice.c.number)
        .where(_invoice.c.company_id == company_id, _invoice.c.id.in_(list(ids)[:_NAMED]))
        .order_by(_invoice.c.number)
    ).scalars()
    parts = [formats.money(amount, currency, locale), *numbers]
    if len(ids) > _NAMED:
        parts.append(f"{len(ids) - _NAMED} more")
    return ", ".join(parts)
