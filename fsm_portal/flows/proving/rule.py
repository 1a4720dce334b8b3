"""A rule: what must hold of the rows of a table, and the statement that finds where it does not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    bindparam,
    case,
    func,
    select,
    type_coerce,
)

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.flows.proving.report import Breach, Finding

entry = table_of(LedgerEntry)
_company = table_of(Company)

# A thousand rows say as much as a million, and fit on a screen and into memory.
SHOWN = 1000


@dataclass(frozen=True)
class Scope:
    """What is proved: one company (None: all), at which moment, with how much patience.

    Work that waits is late only when it has waited for ``patience`` longer than it had to.
    """

    company_id: str | None
    moment: datetime
    patience: timedelta
    # Work that was settled before this may have been pruned.
    kept_since: datetime


@dataclass(frozen=True)
class Rule:
    """``says`` must hold of each row of ``about``; ``broken`` gives those of which it does not.

    Without a row in ``about`` it cannot be broken.
    ``broken`` has a column company_id and whatever names a row. It may ask for ``:moment`` and
    ``:late`` (the moment less the patience).
    """

    invariant: str
    says: str
    about: Table
    broken: Select[Any]

    def judge(self, connection: Connection, scope: Scope, checked: int) -> Finding:
        """Look for the rows that break it."""
        found = connection.execute(
            _scoped(self, scope.company_id is not None),
            {
                "scope": scope.company_id,
                "moment": scope.moment,
                "late": scope.moment - scope.patience,
                "kept": scope.kept_since,
            },
        )
        breaches = tuple(Breach(self.invariant, self.says, shown(row._asdict())) for row in found)
        return Finding(self.invariant, checked, breaches)


@cache
def _scoped(rule: Rule, one_company: bool) -> Select[Any]:
    """Made once for each rule: writing a statement costs more than running it on a small ledger."""
    # Every parameter is named in the statement, used or not: one set of values serves all.
    found = rule.broken.subquery("found")
    statement = select(found).limit(SHOWN)
    return statement.where(found.c.company_id == bindparam("scope")) if one_company else statement


def counts(connection: Connection, scope: Scope, tables: Iterable[Table]) -> dict[Table, int]:
    """How many rows each of ``tables`` has, within the scope; asked in one statement."""
    distinct = list(dict.fromkeys(tables))
    statement = _counted(tuple(distinct), scope.company_id is not None)
    row = connection.execute(statement, {"scope": scope.company_id}).one()
    return dict(zip(distinct, map(int, row), strict=True))


@cache
def _counted(tables: tuple[Table, ...], one_company: bool) -> Select[Any]:
    columns = []
    for table in tables:
        counted = select(func.count()).select_from(table)
        if one_company:
            own = table.c.id if table is _company else table.c.company_id
            counted = counted.where(own == bindparam("scope"))
        columns.append(counted.scalar_subquery().label(table.name))
    return select(*columns)


def judged(connection: Connection, scope: Scope, rules: Iterable[Rule]) -> Iterator[Finding]:
    """The findings of ``rules``, one after the other; where there are no rows, nothing is asked."""
    rules = list(rules)
    rows = counts(connection, scope, (rule.about for rule in rules))
    for rule in rules:
        if rows[rule.about]:
            yield rule.judge(connection, scope, rows[rule.about])


def as_text(column: Column[Any]) -> ColumnElement[str]:
    """A column of choices as it is stored: what breaks the books may be none of them."""
    return type_coerce(column, String).label(column.name)


def shown(row: Mapping[str, Any]) -> str:
    """A row in words: its columns with their values, without those that are empty."""
    return ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in row.items() if value is not None
    )


def total(*kinds: Kind) -> ColumnElement[int]:
    """What a group of entries of these kinds comes to, minor units."""
    amounts = func.sum(case((entry.c.kind.in_(kinds), entry.c.amount), else_=0))
    return func.coalesce(amounts, 0)


def net(*kinds: Kind, less: tuple[Kind, ...]) -> ColumnElement[int]:
    """What entries of ``kinds`` come to less those of ``less``."""
    signed = case(
        (entry.c.kind.in_(kinds), entry.c.amount),
        (entry.c.kind.in_(less), -entry.c.amount),
        else_=0,
    )
    return func.coalesce(func.sum(signed), 0)
