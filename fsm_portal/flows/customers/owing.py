"""What customers owe now, in words: each currency by itself, the company's own first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.flows.customers.customer_keys import SUMS
from fsm_portal.gateways import formats


@dataclass(frozen=True)
class Owing:
    """``owed`` and ``overdue`` are empty where nothing is; ``open`` and ``late`` are notes on them:
    "3 invoices", "34 days"."""

    owed: str = ""
    open: str = ""
    overdue: str = ""
    late: str = ""


NOTHING = Owing()


def owing_of(session: Session, company: Company, customer_ids: Sequence[str]) -> dict[str, Owing]:
    """By customer; whoever owes nothing is not in it. One statement."""
    if not customer_ids:
        return {}
    day = today(company.time_zone)
    rows = session.connection().execute(
        SUMS, {"company_id": company.id, "ids": list(customer_ids), "day": day}
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row)

    def money(amount: int, currency: str) -> str:
        return formats.money(int(amount), currency, company.locale)

    said = {}
    for customer_id, sums in found.items():
        own_first = sorted(sums, key=lambda one: (one.currency != company.currency, one.currency))
        late = [one for one in own_first if one.overdue > 0]
        oldest = min((one.oldest for one in late), default=day)
        days = (day - oldest).days
        said[customer_id] = Owing(
            owed=" + ".join(money(one.owed, one.currency) for one in own_first),
            open=_count(sum(one.open for one in own_first)),
            overdue=" + ".join(money(one.overdue, one.currency) for one in late),
            late=f"{days} day{'' if days == 1 else 's'}" if late else "",
        )
    return said


def _count(invoices: int) -> str:
    return "1 invoice" if invoices == 1 else f"{invoices:,} invoices"
