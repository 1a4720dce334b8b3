"""The overview and the payments' list with a million invoices beside the same with a thousand.

The same ten years: a larger company, not an older one. One invoice in a hundred is still to be
paid, one charge in forty failed, one payment in a hundred was refunded. At the 95th percentile,
because somebody sits before these pages all day.
"""

import statistics
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
FEW, MANY = 1_000, 1_000_000
ROUNDS = 60

Read = Callable[[Scope], object]


def _payments(show: str, search: str = "") -> Read:
    query = payment_query(show, search)
    return lambda scope: list_payments(scope, query)


def _payments_further(scope: Scope) -> object:
    older = list_payments(scope, payment_query("all")).older.partition("before=")[2]
    return list_payments(scope, payment_query("all", "", older))


# Name, what is read; whether it is held to the goal.
PAGES: tuple[tuple[str, Read, bool], ...] = (
    ("overview", show_overview, True),
    ("payments", _payments("all"), True),
    ("payments, this page and the next", _payments_further, True),
    # A thousand invoices have not a page full of these: what is beside fifty rows here is fewer.
    ("payments, failed", _payments("failed"), False),
    ("payments, refunds", _payments("refunds"), False),
    ("payments, taken by hand", _payments("manual"), True),
    ("payments, a reference searched for", _payments("all", "pi_900"), True),
    ("payments, an invoice searched for", _payments("all", "INV-0000901"), True),
    # It goes through the customers, of whom there are a thousand times as many.
    ("payments, a customer searched for", _payments("all", "customer 49"), False),
)


def run(few: int = FEW, many: int = MANY) -> list[Row]:
    """Some five minutes, most of it to write the million."""
    with tempfile.TemporaryDirectory() as folder:
        written = {count: _written(Path(folder), count) for count in (few, many)}
        return list(_compared(written, few, many))


def _written(folder: Path, count: int) -> tuple[Path, Scope]:
    database = folder / f"{count}.sqlite3"
    with portal_on(database):
        metadata.create_all(db.engine())
        company = cast.save(cast.bright_heating())
        write_company(db.engine(), company, count)
    return database, Scope("staff", company.id, None, Role.OWNER)


def _compared(written: dict[int, tuple[Path, Scope]], few: int, many: int) -> Iterator[Row]:
    for name, read, is_held in PAGES:
        took: dict[int, float] = {}
        for count, (database, scope) in written.items():
            with portal_on(database):
                took[count] = p95(read, scope)
        yield Row(
            f"{name}, {many:,} invoices beside {few:,}, p95, SQLite",
            f"{took[many]:.2f} ms",
            f"{took[few]:.2f} ms",
            took[many] / took[few],
            GOAL if is_held else None,
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
    for row in run():
        print(f"{row.name:80} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
