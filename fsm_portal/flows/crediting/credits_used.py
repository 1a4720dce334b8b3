"""Credit that was put to an invoice, as both faces show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, case, func, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_use import CreditUse
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.staff import Staff
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_entry = table_of(LedgerEntry)
_use = table_of(CreditUse)
_payment = table_of(Payment)
_user = table_of(Staff).alias("user")
_undoer = table_of(Staff).alias("undoer")

# Made once: writing a statement costs more than running it.
_USED = (
    select(
        _entry.c.source,
        func.sum(_entry.c.amount).label("amount"),
        func.max(_entry.c.occurred_at).label("used_at"),
        func.sum(case((_payment.c.reversed_at.is_not(None), _entry.c.amount), else_=0)).label(
            "reversed"
        ),
        func.max(_payment.c.reversed_at).label("reversed_at"),
    )
    .outerjoin(
        _payment,
        (_payment.c.company_id == _entry.c.company_id) & (_payment.c.id == _entry.c.payment_id),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.invoice_id == bindparam("invoice_id"),
        _entry.c.kind == Kind.CREDIT_APPLIED,
    )
    .group_by(_entry.c.source)
    .order_by(func.max(_entry.c.occurred_at).desc())
)
_BY_WHOM = (
    select(
        _use.c.id,
        _use.c.undone_at,
        _user.c.name.label("user"),
        _undoer.c.name.label("undoer"),
    )
    .outerjoin(_user, (_user.c.company_id == _use.c.company_id) & (_user.c.id == _use.c.used_by))
    .outerjoin(
        _undoer, (_undoer.c.company_id == _use.c.company_id) & (_undoer.c.id == _use.c.undone_by)
    )
    .where(
        _use.c.company_id == bindparam("company_id"),
        _use.c.invoice_id == bindparam("invoice_id"),
    )
)


@dataclass(frozen=True)
class CreditUsed:
    """``day`` and ``amount`` are ready to show; ``used_at`` is for whoever puts it in order.

    ``by`` is who did it, for staff: empty where nobody noted it. ``undone`` says who took it off
    again and when, ``reversed`` that a payment it came from was reversed; both are empty where it
    stands. ``is_gone`` where nothing of it counts.
    """

    id: str
    day: str
    amount: str
    used_at: datetime
    by: str = ""
    undone: str = ""
    reversed: str = ""
    is_gone: bool = False


def credits_used(
    session: Session, company: Company, invoice: Invoice, locale: str
) -> tuple[CreditUsed, ...]:
    """The newest first, written in ``locale``."""
    zone = ZoneInfo(company.time_zone)
    key = {"company_id": company.id, "invoice_id": invoice.id}
    rows = session.connection().execute(_USED, key).all()
    notes = {row.id: row for row in session.connection().execute(_BY_WHOM, key)} if rows else {}
    shown = []
    for row in rows:
        by, undone = _noted(notes.get(row.source), company, locale)
        reversed_now = "" if undone else _reversed(row, invoice, company, locale)
        shown.append(
            CreditUsed(
                row.source,
                formats.day(row.used_at.astimezone(zone).date(), locale),
                formats.money(int(row.amount), invoice.currency, locale),
                row.used_at,
                by,
                undone,
                reversed_now,
                is_gone=bool(undone) or int(row.reversed) == int(row.amount),
            )
        )
    return tuple(shown)


def _reversed(row: Row[*tuple[Any, ...]], invoice: Invoice, company: Company, locale: str) -> str:
    gone = int(row.reversed)
    if not gone:
        return ""
    when = recently(row.reversed_at, company.time_zone, locale, now())
    if gone == int(row.amount):
        return f"The payment it came from was reversed, {when}"
    part = formats.money(gone, invoice.currency, locale)
    return f"{part} of it came from a payment that was reversed, {when}"


def _noted(note: Row[*tuple[Any, ...]] | None, company: Company, locale: str) -> tuple[str, str]:
    if note is None:
        return "", ""
    by = note.user or "the office"
    if note.undone_at is None:
        return by, ""
    when = recently(note.undone_at, company.time_zone, locale, now())
    return by, f"Undone by {note.undoer or 'the office'}, {when}"
