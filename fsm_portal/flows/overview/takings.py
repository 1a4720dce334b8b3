"""What came in today and this week, straight from the ledger."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, case, func, or_, select
from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import OF_RECEIPTS, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.gateways import formats
from fsm_portal.gateways.languages import FALLBACK
from fsm_portal.gateways.recent import midnight, week_start, weekday

_entry = table_of(LedgerEntry)
_payment = table_of(Payment)


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
    today: int = 0
    today_payments: int = 0
    week: int = 0
    week_payments: int = 0


# Made once: it runs at every payment. A week begins no later than its days. First each payment by
# itself, of whose entries there may be several, in the order of an index that holds all of it: to
# count sources apart from each other, all would be sorted.
_each = (
    select(
        _entry.c.occurred_at,
        _entry.c.source,
        _entry.c.currency,
        func.sum(_entry.c.amount).label("amount"),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.occurred_at >= bindparam("week"),
        OF_RECEIPTS,
        # What was reversed never came in.
        or_(
            _entry.c.payment_id.is_(None),
            _entry.c.payment_id.not_in(
                select(_payment.c.id).where(
                    _payment.c.company_id == bindparam("company_id"),
                    _payment.c.reversed_at.is_not(None),
                )
            ),
        ),
    )
    .group_by(_entry.c.occurred_at, _entry.c.source, _entry.c.currency)
    .subquery()
)
_is_todays = _each.c.occurred_at >= bindparam("day")
_SINCE = select(
    _each.c.currency,
    func.coalesce(func.sum(case((_is_todays, _each.c.amount))), 0),
    func.count(case((_is_todays, 1))),
    func.sum(_each.c.amount),
    func.count(),
).group_by(_each.c.currency)


def takings(session: Session, company: Company) -> Takings:
    """Payments by the day they were made, on the company's calendar."""
    day = today(company.time_zone)
    begins = week_start(day, company.locale)
    taken = _taken(session, company, day, begins)
    own = taken.get(company.currency, _Taken())
    since = f"since {weekday(begins, FALLBACK)}" if begins < day else "so far"
    return Takings(
        today=formats.money(own.today, company.currency, company.locale),
        today_note=_count(own.today_payments),
        week=formats.money(own.week, company.currency, company.locale),
        week_note=f"{_count(own.week_payments)} {since}",
        others=", ".join(
            formats.money(other.week, currency, company.locale)
            for currency, other in sorted(taken.items())
            if currency != company.currency
        ),
    )


def _taken(session: Session, company: Company, day: date, week: date) -> dict[str, _Taken]:
    """By currency, since these days began. What no invoice could take of a payment counts too."""
    rows = session.connection().execute(
        _SINCE,
        {
            "company_id": company.id,
            "day": midnight(day, company.time_zone),
            "week": midnight(week, company.time_zone),
        },
    )
    return {currency: _Taken(*map(int, figures)) for currency, *figures in rows}


def _count(payments: int) -> str:
    return "1 payment" if payments == 1 else f"{payments:,} payments"
