"""The latest payouts, and what is in the one that is open."""

from sqlalchemy import func, select
from sqlmodel import Session

from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payout import Payout
from fsm_portal.flows.reconciliation.amounts import money
from fsm_portal.flows.reconciliation.view import BarView, CarriedView, PayoutView, Tone
from fsm_portal.flows.reconciliation.whose import whose
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_payout = table_of(Payout)
_transaction = table_of(BalanceTransaction)

_SHOWN = 12
_BARS = 8
_ROWS = 100

# Stripe's words, an office's, and how much they matter.
_STATUS: dict[str, tuple[str, Tone]] = {
    "pending": ("Being prepared", "info"),
    "in_transit": ("On its way", "info"),
    "paid": ("At the bank", "good"),
    "canceled": ("Canceled", "quiet"),
    "failed": ("Came back", "bad"),
}


def payout_views(
    session: Session, company: Company, opened: str
) -> tuple[tuple[PayoutView, ...], str]:
    """The newest payouts, and how many older ones there are. ``opened`` is the id of one."""
    connection = session.connection()
    rows = connection.execute(
        select(_payout)
        .where(_payout.c.company_id == company.id)
        .order_by(_payout.c.created_at.desc(), _payout.c.id)
        .limit(_SHOWN)
    ).all()
    count = connection.execute(
        select(func.count()).select_from(_payout).where(_payout.c.company_id == company.id)
    ).scalar_one()
    carried = _counts(session, company.id, [row.id for row in rows])
    views = []
    for row in rows:
        words, tone = _STATUS.get(row.status, (row.status, "warn"))
        inside: tuple[CarriedView, ...] = ()
        more = ""
        if row.id == opened:
            inside, more = _carried(session, company, row.id, carried.get(row.id, 0))
        views.append(
            PayoutView(
                id=row.id,
                amount=money(row.amount, row.currency, company),
                status=words,
                tone=tone,
                arrives=_arrives(row.status, formats.day(row.arrives_at.date(), company.locale)),
                contents=_contents(carried.get(row.id, 0)),
                trouble=row.failure_message,
                is_open=row.id == opened,
                rows=inside,
                more=more,
            )
        )
    older = int(count) - len(rows)
    return tuple(views), f"And {older:,} older." if older > 0 else ""


def payout_bars(session: Session, company: Company) -> tuple[BarView, ...]:
    """What the last payouts in the company's own currency came to, the oldest at the left."""
    rows = (
        session.connection()
        .execute(
            select(_payout.c.amount, _payout.c.arrives_at)
            .where(
                _payout.c.company_id == company.id,
                _payout.c.currency == company.currency,
                _payout.c.status.in_(("pending", "in_transit", "paid")),
                _payout.c.amount > 0,
            )
            .order_by(_payout.c.arrives_at.desc(), _payout.c.id)
            .limit(_BARS)
        )
        .all()
    )
    if len(rows) < 2:
        return ()
    tallest = max(row.amount for row in rows)
    return tuple(
        BarView(
            formats.day(row.arrives_at.date(), company.locale).rpartition(",")[0]
            or formats.day(row.arrives_at.date(), company.locale),
            money(row.amount, company.currency, company),
            row.amount * 100 // tallest,
        )
        for row in reversed(rows)
    )


def _arrives(status: str, day: str) -> str:
    match status:
        case "pending" | "in_transit":
            return f"Expected {day}"
        case "paid":
            return f"Arrived {day}"
        case _:
            return f"Was due {day}"


def _contents(count: int) -> str:
    if not count:
        return "What is in it is not known yet"
    return "1 movement of money" if count == 1 else f"{count:,} movements of money"


def _counts(session: Session, company_id: str, payout_ids: list[str]) -> dict[str, int]:
    rows = session.connection().execute(
        select(_transaction.c.payout_id, func.count())
        .where(_transaction.c.company_id == company_id, _transaction.c.payout_id.in_(payout_ids))
        .group_by(_transaction.c.payout_id)
    )
    return {payout_id: int(count) for payout_id, count in rows}


def _carried(
    session: Session, company: Company, payout_id: str, count: int
) -> tuple[tuple[CarriedView, ...], str]:
    rows = (
        session.connection()
        .execute(
            select(_transaction)
            .where(_transaction.c.company_id == company.id, _transaction.c.payout_id == payout_id)
            .order_by(_transaction.c.created_at, _transaction.c.id)
            .limit(_ROWS)
        )
        .all()
    )
    names = whose(session, company.id, {row.source_id for row in rows if row.source_id})
    views = []
    for row in rows:
        name = names.get(row.source_id or "")
        what = row.description or row.type.replace("_", " ").capitalize()
        if row.elsewhere:
            what = f"{what} (not through this portal)"
        views.append(
            CarriedView(
                id=row.id,
                what=name.what if name else what,
                when=recently(row.created_at, company.time_zone, company.locale, now()),
                net=money(row.net, row.currency, company),
                invoice_id=name.invoice_id if name else "",
            )
        )
    more = count - len(rows)
    return tuple(views), f"And {more:,} more." if more > 0 else ""
