"""Credit that was put to an invoice, as both faces show it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.gateways import formats

_entry = table_of(LedgerEntry)

# Made once: writing a statement costs more than running it.
_USED = (
    select(
        _entry.c.source,
        func.sum(_entry.c.amount).label("amount"),
        func.max(_entry.c.occurred_at).label("used_at"),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.invoice_id == bindparam("invoice_id"),
        _entry.c.kind == Kind.CREDIT_APPLIED,
    )
    .group_by(_entry.c.source)
    .order_by(func.max(_entry.c.occurred_at).desc())
)


@dataclass(frozen=True)
class CreditUsed:
    """``day`` and ``amount`` are ready to show; ``used_at`` is for whoever puts it in order."""

    id: str
    day: str
    amount: str
    used_at: datetime


def credits_used(
    session: Session, company: Company, invoice: Invoice, locale: str
) -> tuple[CreditUsed, ...]:
    """The newest first, written in ``locale``."""
    zone = ZoneInfo(company.time_zone)
    rows = session.connection().execute(_USED, {"company_id": company.id, "invoice_id": invoice.id})
    return tuple(
        CreditUsed(
            row.source,
            formats.day(row.used_at.astimezone(zone).date(), locale),
            formats.money(int(row.amount), invoice.currency, locale),
            row.used_at,
        )
        for row in rows
    )
