"""What customers owe, and how late it is: from the index of what is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice_due import TO_PAY, InvoiceDue
from fsm_portal.flows.payments.under_dispute import disputed_invoices
from fsm_portal.gateways import formats
from fsm_portal.gateways.compact import compact_money

_due = table_of(InvoiceDue)

# The first day late of each bucket but the first, which holds what is not due yet.
_LATE = (1, 31, 61, 91)
_LABELS = ("Not due", "1–30 days", "31–60", "61–90", "Over 90")


def _between(later: int | None, age: int) -> Select[Any]:
    """What is owed of one bucket in the company's currency: a range of the index."""
    ends = [_due.c.due_date <= bindparam(f"late_{_LATE[age - 1]}")] if age else []
    begins = [_due.c.due_date > bindparam(f"late_{later}")] if later else []
    return select(
        bindparam(f"age_{age}", value=age, type_=Integer).label("age"),
        bindparam("own", type_=String).label("currency"),
        func.coalesce(func.sum(_due.c.due), 0).label("amount"),
        func.count().label("invoices"),
    ).where(
        _due.c.company_id == bindparam("company_id"),
        _due.c.currency == bindparam("own", type_=String),
        TO_PAY,
        *ends,
        *begins,
    )


def _elsewhere(other: ColumnElement[bool]) -> Select[Any]:
    """What is owed in currencies on one side of the company's own."""
    return (
        select(
            literal(0).label("age"),
            _due.c.currency,
            func.sum(_due.c.due).label("amount"),
            func.count().label("invoices"),
        )
        .where(_due.c.company_id == bindparam("company_id"), other, TO_PAY)
        .group_by(_due.c.currency)
    )


# Made once: writing a statement costs more than running it, and these run at every payment. One
# pass over an index in its order: to group by the bucket, all rows would be sorted first.
_own = bindparam("own", type_=String)
_BY_AGE = union_all(
    *[_between(later, age) for age, later in enumerate((*_LATE, None))],
    _elsewhere(_due.c.currency < _own),
    _elsewhere(_due.c.currency > _own),
)
_DISPUTED = select(_due.c.currency, _due.c.due_date, _due.c.due).where(
    _due.c.company_id == bindparam("company_id"),
    TO_PAY,
    _due.c.invoice_id.in_(disputed_invoices(bindparam("company_id"))),
)


@dataclass(frozen=True)
class Bucket:
    """``amount`` is rounded; ``percent`` is a whole number, 0 to 100, of the largest bucket."""

    label: str
    amount: str
    percent: int


@dataclass(frozen=True)
class Receivables:
    """In the company's currency; ``others`` lists what is outstanding in others."""

    outstanding: str
    outstanding_note: str
    overdue: str
    overdue_note: str
    ages: tuple[Bucket, ...]
    others: str


@dataclass(frozen=True)
class _Owed:
    amount: int = 0
    invoices: int = 0


def receivables(session: Session, company: Company) -> Receivables:
    """What is owed now, by age; "overdue" is decided on the company's calendar."""
    found = _by_currency_and_age(session, company)
    own = [found.get((company.currency, age), _Owed()) for age in range(len(_LABELS))]
    late = own[1:]
    return Receivables(
        outstanding=_money(company, sum(owed.amount for owed in own)),
        outstanding_note=_count(sum(owed.invoices for owed in own)),
        overdue=_money(company, sum(owed.amount for owed in late)),
        overdue_note=_count(sum(owed.invoices for owed in late)),
        ages=_buckets(company, [owed.amount for owed in own]),
        others=_others(company, found),
    )


def _by_currency_and_age(session: Session, company: Company) -> dict[tuple[str, int], _Owed]:
    key, connection = {"company_id": company.id}, session.connection()
    day = today(company.time_zone)
    # A bucket ends on the last due date that is late enough for it.
    ends = {f"late_{late}": day - timedelta(days=late) for late in _LATE}
    rows = connection.execute(_BY_AGE, key | ends | {"own": company.currency})
    found = {(row.currency, row.age): _Owed(int(row.amount), row.invoices) for row in rows}
    for row in connection.execute(_DISPUTED, key):
        # What a bank has in its hands is owed, but nobody is late with it until it has decided.
        age = _age(day, row.due_date)
        if row.currency == company.currency and age:
            for bucket, sign in ((age, -1), (0, 1)):
                owed = found[row.currency, bucket]
                found[row.currency, bucket] = _Owed(
                    owed.amount + sign * row.due, owed.invoices + sign
                )
    return found


def _age(day: date, due_date: date) -> int:
    """The bucket of what was to be paid by ``due_date``."""
    late = (day - due_date).days
    return sum(late >= first for first in _LATE)


def _buckets(company: Company, amounts: list[int]) -> tuple[Bucket, ...]:
    tallest = max(amounts)
    return tuple(
        Bucket(
            label,
            compact_money(amount, company.currency, company.locale),
            round(100 * amount / tallest) if tallest else 0,
        )
        for label, amount in zip(_LABELS, amounts, strict=True)
    )


def _others(company: Company, found: Mapping[tuple[str, int], _Owed]) -> str:
    sums: dict[str, int] = {}
    for (currency, _), owed in sorted(found.items()):
        if currency != company.currency:
            sums[currency] = sums.get(currency, 0) + owed.amount
    return ", ".join(
        formats.money(amount, currency, company.locale) for currency, amount in sums.items()
    )


def _money(company: Company, amount: int) -> str:
    return formats.money(amount, company.currency, company.locale)


def _count(invoices: int) -> str:
    return "1 invoice" if invoices == 1 else f"{invoices:,} invoices"
