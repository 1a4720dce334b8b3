"""Export what a company has on its books as CSV: who may, of which days, noted in the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.exporting.entries import Ledger
from fsm_portal.flows.exporting.invoices import Invoices
from fsm_portal.flows.exporting.payments import Payments, is_platform_fee_among
from fsm_portal.flows.exporting.piece import Asked, Export, Place
from fsm_portal.flows.exporting.refunds import Refunds
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.statement.statement_period import Period, WrongPeriod, period_of
from fsm_portal.gateways.csv_text import BOM, csv_rows

__all__ = ["KINDS", "CannotExport", "Csv", "WrongPeriod", "export", "period_for"]

KINDS: dict[str, Export] = {
    "invoices": Invoices(),
    "payments": Payments(),
    "refunds": Refunds(),
    "ledger": Ledger(),
}
_BEGINNING = date(1970, 1, 1)


class CannotExport(Exception):
    """Who asks may not, or there is no such export."""


@dataclass(frozen=True)
class Csv:
    """``name`` is a file's; ``pieces`` read the database as they are asked for."""

    name: str
    pieces: Iterator[str]


def period_for(scope: Scope, preset: str, first: str, last: str) -> Period:
    """What an address means on the company's calendar. Raises WrongPeriod."""
    with reading() as session:
        company = session.get_one(Company, scope.company_id)
    return period_of(preset, first, last, today(company.time_zone))


def export(
    who: Identity, kind: str, preset: str, first: str, last: str, *, bom: bool = False
) -> Csv:
    """The export ``kind`` of those days. Raises CannotExport or WrongPeriod.

    It is noted when it begins. Rows are read piece by piece, so that a long one holds no
    connection: what is booked meanwhile on days already passed is not in it.
    """
    if not who.may(May.EXPORT) or kind not in KINDS:
        raise CannotExport(kind)
    period = period_for(who.scope, preset, first, last)
    begins = period.first or _BEGINNING
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id)
        days = f"{begins} to {period.last}" if period.first else f"up to {period.last}"
        write_down(session, who, Deed.EXPORTED, about="company", words=f"{kind}, {days}")
        since, until = period.moments(company.time_zone)
        asked = Asked(
            *(begins, period.last, since, until),
            fees=who.may(May.SEE_FEES),
            platform_fee=is_platform_fee_among(session, company.id, since, until),
        )
    since_text = period.first.isoformat() if period.first else "beginning"
    name = f"{company.slug}-{kind}-{since_text}-to-{period.last}.csv"
    return Csv(name, _pieces(company, KINDS[kind], asked, bom))


def _pieces(company: Company, kind: Export, asked: Asked, bom: bool) -> Iterator[str]:
    yield (BOM if bom else "") + csv_rows([kind.headings(asked)])
    place: Place = None
    while True:
        with reading() as session:
            piece = kind.piece(session, company, asked, place)
        if piece.rows:
            yield csv_rows(piece.rows)
        place = piece.next
        if place is None:
            return
