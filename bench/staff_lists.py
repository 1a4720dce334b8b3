"""The overview and the staff's lists with a million invoices beside the same with a thousand.

Every page that the office sits before all day, in each filter and order, searched, and turned over,
at the 95th percentile of what it takes to read it from the database and make it ready to show. The
same ten years: a larger company, not an older one. Where a thousand invoices have no page full,
ten thousand are what it is held against, so that fifty rows are compared with fifty. On SQLite, and
on PostgreSQL with a tenth of it. Of a real merchant too, where REAL_INVOICES says where the file
"Online Retail II" is: all of it beside what the first thousand invoices of it come to.

    python -m bench.staff_lists                  # a million, a quarter of an hour
    python -m bench.staff_lists 50000            # fewer, for a look at it
    python -m bench.staff_lists 1000000 FILE     # a database that is kept for the next time
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import quantiles

from bench.company_history import copy_to_postgresql, owners_of, write_companies
from bench.portal_on import portal_on
from bench.real_company import ALL, PART, write_merchants
from bench.row import Row
from bench.staff_pages import FEW, SOME, Page, pages, real_pages
from fsm_portal.domain.company_scope import within
from fsm_portal.flows.identity import Identity
from tests.postgres_process import postgres_process, server_programs

GOAL = 1.5
MANY, MANY_ON_POSTGRESQL = 1_000_000, 100_000
_ROUNDS = 60


def run(many: int = MANY, kept: Path | None = None) -> list[Row]:
    """Some minutes to write the million, and some to read."""
    return list(measured(many, kept))


def measured(many: int, kept: Path | None) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        yield from _generated(kept or Path(folder) / "companies.sqlite3", many, "SQLite")
        if server_programs() is not None:
            fewer = Path(folder) / "fewer.sqlite3"
            yield from _on_postgresql(fewer, min(many, MANY_ON_POSTGRESQL))
        if real := os.environ.get("REAL_INVOICES", ""):
            yield from _real(Path(folder) / "real.sqlite3", Path(real))


def _generated(file: Path, many: int, engine: str) -> Iterator[Row]:
    owners = owners_of(file) if file.exists() else write_companies(file, (FEW, SOME, many))
    yield from _compared(file, owners, many, engine)


def _on_postgresql(file: Path, many: int) -> Iterator[Row]:
    owners = write_companies(file, (FEW, SOME, many))
    with postgres_process() as server:
        address = server.url(server.create_database())
        copy_to_postgresql(file, address)
        yield from _compared(address, owners, many, "PostgreSQL")


def _compared(
    database: Path | str, owners: dict[int, Identity], many: int, engine: str
) -> Iterator[Row]:
    with portal_on(database):
        for page in pages():
            name = f"{page.name}, {many:,} invoices beside {page.few:,}, p95, {engine}"
            yield _row(name, page, owners[many], owners[page.few])


def _real(file: Path, csv: Path) -> Iterator[Row]:
    owners = write_merchants(file, csv)
    with portal_on(file):
        for page in real_pages():
            name = f"{page.name}, a real merchant's half year beside {PART:,} invoices, p95, SQLite"
            yield _row(name, page, owners[ALL], owners[PART])


def _row(name: str, page: Page, many: Identity, few: Identity) -> Row:
    slow, quick = _p95(page, (many, few))
    return Row(name, f"{slow:.2f} ms", f"{quick:.2f} ms", slow / quick, GOAL)


def _p95(page: Page, asked: Iterable[Identity]) -> list[float]:
    """Milliseconds for each, taken in turn: what else the machine does meets both."""
    seconds: dict[str, list[float]] = {who.person_id: [] for who in asked}
    for turn in range(_ROUNDS + 3):
        for who in asked:
            began = time.perf_counter()
            # As the dashboard does: behind PostgreSQL's policies, which not every index passes.
            with within(who.company_id):
                page.read(who)
            if turn > 2:  # the first ones write the statements
                seconds[who.person_id].append(time.perf_counter() - began)
    return [quantiles(each, n=20)[-1] * 1000 for each in seconds.values()]


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    for row in measured(how_many, Path(sys.argv[2]) if len(sys.argv) > 2 else None):
        figures = f"{row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}"
        print(f"{row.name:100} {figures}", flush=True)
