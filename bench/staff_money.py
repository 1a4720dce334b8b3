"""The overview and the payments' list with a million invoices beside the same with a thousand.

    python -m bench.staff_money             # 1,000 and 1,000,000
    python -m bench.staff_money 50000       # fewer, for a look at it

The same ten years: a larger company, not an older one. One invoice in a hundred is still to be
paid, one charge in forty failed, one payment in a hundred was refunded. At the 95th percentile,
because somebody sits before these pages all day.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.company_history import write_company
from bench.portal_on import portal_on
from bench.row import Row
from fsm_portal import db
from fsm_portal.domain.role import Role
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.list_payments import list_payments, payment_query
from fsm_portal.flows.show_overview import show_overview
from tests import cast

GOAL = 1.5
FEW, SOME, MANY = 1_000, 10_000, 1_000_000
ROUNDS = 60

Read = Callable[[Scope], object]


def _payments(show: str, search: str = "") -> Read:
    query = payment_query(show, search)
    return lambda scope: list_payments(scope, query)


def _payments_further(scope: Scope) -> object:
    older = list_payments(scope, payment_query("all")).older.partition("before=")[2]
    return list_payments(scope, payment_query("all", "", older))


# Name, what is read; beside how many invoices.
PAGES: tuple[tuple[str, Read, int], ...] = (
    ("overview", show_overview, FEW),
    ("payments", _payments("all"), FEW),
    ("payments, this page and the next", _payments_further, FEW),
    # A thousand invoices have not a page full of these: fifty rows are held against fifty.
    ("payments, failed", _payments("failed"), SOME),
    ("payments, refunds", _payments("refunds"), SOME),
    ("payments, taken by hand", _payments("manual"), FEW),
    ("payments, a reference searched for", _payments("all", "pi_900"), FEW),
    ("payments, an invoice searched for", _payments("all", "INV-0000901"), FEW),
    ("payments, a customer searched for", _payments("all", "dana 49x"), FEW),
)


def run(many: int = MANY) -> list[Row]:
    """Some five minutes, most of it to write the million."""
    with tempfile.TemporaryDirectory() as folder:
        written = {count: _written(Path(folder), count) for count in (FEW, SOME, many)}
        return list(_compared(written, many))


def _written(folder: Path, count: int) -> tuple[Path, Scope]:
    database = folder / f"{count}.sqlite3"
    with portal_on(database):
        metadata.create_all(db.engine())
        company = cast.save(cast.bright_heating())
        write_company(db.engine(), company, count)
    return database, Scope("staff", company.id, None, Role.OWNER)


def _compared(written: dict[int, tuple[Path, Scope]], many: int) -> Iterator[Row]:
    for name, read, few in PAGES:
        took: dict[int, float] = {}
        for count in (few, many):
            database, scope = written[count]
            with portal_on(database):
                took[count] = p95(read, scope)
        yield Row(
            f"{name}, {many:,} invoices beside {few:,}, p95, SQLite",
            f"{took[many]:.2f} ms",
            f"{took[few]:.2f} ms",
            took[many] / took[few],
            GOAL,
        )


def p95(read: Read, scope: Scope) -> float:
    """Milliseconds; the first times, which write the statements, are left out."""
    took = []
    for turn in range(ROUNDS + 3):
        began = time.perf_counter()
        read(scope)
        if turn > 2:
            took.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(took, n=20)[-1]


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else MANY):
        print(f"{row.name:80} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
