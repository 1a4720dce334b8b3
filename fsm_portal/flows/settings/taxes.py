"""The section Taxes: the rates that may stand on a line. A rate is added or archived, not changed:
what was written with it stays as it was."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy import func, select
from sqlmodel import Session
from sqlmodel import select as select_row

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import May
from fsm_portal.domain.tax_rate import PARTS, TaxRate, place_in_list
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.settings.checks import line
from fsm_portal.flows.settings.keep import NOT_YOURS, CannotKeep
from fsm_portal.flows.signing_up.setup import step_is_done
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways.formats import percent

_rate = table_of(TaxRate)
# More than anybody charges, and few enough to show as one list.
_MOST = 50
_TYPED = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?")


@dataclass(frozen=True)
class RateRow:
    """``rate`` is ``8.25%``."""

    id: str
    name: str
    rate: str
    archived: bool


@dataclass(frozen=True)
class TaxesView:
    """``rates`` are those to choose from, ``archived`` those that are not any more."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    rates: tuple[RateRow, ...] = ()
    archived: tuple[RateRow, ...] = ()


def show_taxes(scope: Scope) -> TaxesView:
    """Through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return TaxesView(desk, loaded=True)
        found = session.exec(select_row(TaxRate).where(TaxRate.company_id == company.id))
        rows = [
            RateRow(
                rate.id,
                rate.name,
                percent(rate.rate_ppm, company.locale),
                archived=rate.retired_at is not None,
            )
            for rate in sorted(found, key=place_in_list)
        ]
    return TaxesView(
        desk,
        loaded=True,
        allowed=True,
        rates=tuple(row for row in rows if not row.archived),
        archived=tuple(row for row in rows if row.archived),
    )


def add_rate(who: Identity, name: str, typed: str) -> frozenset[str]:
    """A new rate, as ``8.25`` for 8.25%; topics to ring. Raises CannotKeep."""
    if not who.may(May.CHANGE_SETTINGS):
        raise CannotKeep({"": NOT_YOURS})
    problems = {}
    try:
        name = " ".join(line("The name", 60, empty=True)(name).split())
    except ValueError as error:
        problems["name"] = str(error)
    if not name:
        problems["name"] = "Type a name that customers know, such as Sales tax or VAT."
    ppm = 0
    try:
        ppm = _ppm(typed)
    except ValueError as error:
        problems["rate"] = str(error)
    if problems:
        raise CannotKeep(problems)
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id, with_for_update={"key_share": True})
        present = session.exec(
            select_row(TaxRate).where(
                TaxRate.company_id == company.id, _rate.c.retired_at.is_(None)
            )
        ).all()
        if any((each.name.casefold(), each.rate_ppm) == (name.casefold(), ppm) for each in present):
            raise CannotKeep({"name": "There is such a rate already."})
        if len(present) >= _MOST:
            raise CannotKeep({"": f"There are {_MOST} rates: archive one that is not used first."})
        rate = TaxRate(company_id=company.id, name=name, rate_ppm=ppm)
        session.add(rate)
        session.flush()
        _note(session, who, Deed.ADDED_TAX_RATE, company, rate)
        step_is_done(session, who, company, "taxes")
    return frozenset({company_topic(who.company_id)})


def archive_rate(who: Identity, rate_id: object, *, archived: bool = True) -> frozenset[str]:
    """Take a rate off the list, or put it back; what is written with it keeps it. Topics to ring.

    Raises CannotKeep; a rate of another company is no different from none.
    """
    if not who.may(May.CHANGE_SETTINGS):
        raise CannotKeep({"": NOT_YOURS})
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id, with_for_update={"key_share": True})
        rate = None
        if isinstance(rate_id, str) and is_id(rate_id):
            rate = session.get(TaxRate, (who.company_id, rate_id))
        if rate is None:
            raise CannotKeep({"": "This tax rate does not exist."})
        if (rate.retired_at is not None) is archived:
            return frozenset()
        if not archived and _is_full(session, company):
            raise CannotKeep({"": f"There are {_MOST} rates: archive another one first."})
        rate.retired_at = now() if archived else None
        session.add(rate)
        deed = Deed.ARCHIVED_TAX_RATE if archived else Deed.RESTORED_TAX_RATE
        _note(session, who, deed, company, rate)
    return frozenset({company_topic(who.company_id)})


def _is_full(session: Session, company: Company) -> bool:
    count = session.connection().execute(
        select(func.count()).where(_rate.c.company_id == company.id, _rate.c.retired_at.is_(None))
    )
    return int(count.scalar_one()) >= _MOST


def _note(session: Session, who: Identity, deed: Deed, company: Company, rate: TaxRate) -> None:
    words = f"{rate.name} {percent(rate.rate_ppm, company.locale)}"
    write_down(session, who, deed, about="tax_rate", about_id=rate.id, words=words)


def _ppm(typed: str) -> int:
    """Parts per million of a percentage. Raises ValueError."""
    text = typed.strip().removesuffix("%").strip()
    if not text.isascii() or not _TYPED.fullmatch(text):
        raise ValueError("Type a percentage with four decimals at most, such as 8.25.")
    try:
        ppm = int(Decimal(text.replace(",", ".")) * PARTS / 100)
    except InvalidOperation:
        raise ValueError("Type a percentage, such as 8.25.") from None
    if ppm > PARTS:
        raise ValueError("A tax of more than 100% is a slip of the pen.")
    return ppm
