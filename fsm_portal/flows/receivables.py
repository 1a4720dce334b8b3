"""What customers owe, and how late it is, straight from the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, case, func, select
from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.due_by_invoice import due_by_invoice
from fsm_portal.flows.under_dispute import disputed_invoices
from fsm_portal.gateways import formats
from fsm_portal.gateways.compact import compact_money

_invoice = table_of(Invoice)

# The first day late of each bucket but the first, which holds what is not due yet.
_LATE = (1, 31, 61, 91)
_LABELS = ("Not due", "1–30 days", "31–60", "61–90", "Over 90")


def _end(late: int) -> str:
    return f"late_{late}_days"


# Made once: writing a statement costs more than running it, and this runs at every payment.
_due = due_by_invoice(bindparam("company_id"))
_age = case(
    # What a bank has in its hands is owed, but nobody is late with it until it has decided.
    (_invoice.c.id.in_(disputed_invoices(bindparam("company_id"))), 0),
    *[
        (_invoice.c.due_date <= bindparam(_end(late)), bucket)
        for bucket, late in reversed([*enumerate(_LATE, start=1)])
    ],
    else_=0,
).label("age")
_BY_AGE = (
    select(
        _invoice.c.currency,
        _age,
        func.sum(_due.c.amount).label("amount"),
        func.count().label("invoices"),
    )
    .join(_due, _due.c.invoice_id == _invoice.c.id)
    .where(_invoice.c.company_id == bindparam("company_id"), _due.c.amount > 0)
    .group_by(_invoice.c.currency, _age)
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
    day = today(company.time_zone)
    # A bucket ends on the last due date that is late enough for it.
    ends = {_end(late): day - timedelta(days=late) for late in _LATE}
    rows = session.connection().execute(_BY_AGE, {"company_id": company.id, **ends})
    return {(row.currency, row.age): _Owed(int(row.amount), row.invoices) for row in rows}


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
