"""What came in today and this week, straight from the ledger."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import midnight, week_start, weekday

_entry = table_of(LedgerEntry)


@dataclass(frozen=True)
class Takings:
    """Gross, in the company's currency; ``others`` lists the week's takings in others."""

    today: str
    today_note: str
    week: str
    week_note: str
    others: str


@dataclass(frozen=True)
class _Taken:
    amount: int = 0
    payments: int = 0


def takings(session: Session, company: Company) -> Takings:
    """Payments by the day they were made, on the company's calendar."""
    day = today(company.time_zone)
    begins = week_start(day, company.locale)
    of_today = _since(session, company.id, midnight(day, company.time_zone))
    of_week = _since(session, company.id, midnight(begins, company.time_zone))
    now, week = (taken.get(company.currency, _Taken()) for taken in (of_today, of_week))
    since = f"since {weekday(begins, company.locale)}" if begins < day else "so far"
    return Takings(
        today=formats.money(now.amount, company.currency, company.locale),
        today_note=_count(now.payments),
        week=formats.money(week.amount, company.currency, company.locale),
        week_note=f"{_count(week.payments)} {since}",
        others=", ".join(
            formats.money(taken.amount, currency, company.locale)
            for currency, taken in sorted(of_week.items())
            if currency != company.currency
        ),
    )


def _since(session: Session, company_id: str, moment: datetime) -> dict[str, _Taken]:
    """By currency. A payment that no invoice could take in full counts in full."""
    rows = session.connection().execute(
        select(
            _entry.c.currency,
            func.sum(_entry.c.amount).label("amount"),
            func.count(_entry.c.source.distinct()).label("payments"),
        )
        .where(
            _entry.c.company_id == company_id,
            _entry.c.occurred_at >= moment,
            _entry.c.debit == Account.STRIPE,
            _entry.c.kind.in_([Kind.PAYMENT, Kind.OVERPAYMENT]),
        )
        .group_by(_entry.c.currency)
    )
    return {row.currency: _Taken(int(row.amount), row.payments) for row in rows}


def _count(payments: int) -> str:
    return "1 payment" if payments == 1 else f"{payments:,} payments"
