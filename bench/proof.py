"""The proof over 10,000 and over 100,000 payments: its time, and memory that does not grow.

The history of one company (2,000 payments as webhooks tell them, every tenth refunded in part; five
events of each in the inbox) is copied to others in SQL, which takes seconds.
"""

import tempfile
import time
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, literal, select, text

from bench.memory import peak
from bench.money import refund_of
from bench.paid_checkouts import deliveries_of, open_checkouts
from bench.portal_on import portal_on
from bench.row import Row
from fsm_portal import db
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.from_stripe.receive_stripe_event import take_in
from fsm_portal.flows.proving import prove
from fsm_portal.flows.recorder import record_fact
from fsm_portal.gateways.stripe_events import read_event

PAYMENTS = 2_000
COMPANIES = (5, 50)
# What triggers write themselves.
_WRITTEN_BY_ITSELF = ("invoice_due", "customer_movement", "customer_month", "customer_owing")


def run() -> list[Row]:
    """Three minutes, most of them to make the payments."""
    with tempfile.TemporaryDirectory() as directory, portal_on(Path(directory) / "portal.sqlite3"):
        metadata.create_all(db.engine())
        _one_company()
        rows, there = [], 1
        for companies in COMPANIES:
            with db.writing() as connection:
                for number in range(there, companies):
                    copy_company(connection, number)
            there = companies
            rows += _proof(companies * PAYMENTS)
        return rows


def _one_company() -> None:
    attempts = open_checkouts(PAYMENTS)
    for start in range(0, PAYMENTS, 500):
        with db.writing() as connection:
            for number, attempt in enumerate(attempts[start : start + 500]):
                for delivery in deliveries_of(attempt):
                    take_in(connection, read_event(delivery.body.decode()), BroughtBy.WEBHOOK)
                if number % 10 == 0:
                    record_fact(
                        connection, attempt.company_id, refund_of(attempt), BroughtBy.WEBHOOK
                    )


def copy_company(connection: Connection, number: int) -> None:
    """All rows of the first company once more, as those of another with an account of its own."""
    first = connection.execute(select(func.min(metadata.tables["company"].c.id))).scalar_one()
    other = f"{first[:28]}{number:04x}"
    account = f"acct_copy{number:04}"
    changed = {
        "company": {"id": other, "slug": f"copy-{number}", "stripe_account_id": account},
        "stripe_event": {"company_id": other, "account_id": account},
    }
    for table in metadata.sorted_tables:
        if table.name in _WRITTEN_BY_ITSELF or (
            table.name != "company" and "company_id" not in table.c
        ):
            continue
        _copy(connection, table, first, changed.get(table.name, {"company_id": other}), account)


def _copy(
    connection: Connection, table: Table, first: str, changed: dict[str, str], account: str
) -> None:
    if "stripe_account_id" in table.c:
        changed = changed | {"stripe_account_id": account}
    its = table.c.id if table.name == "company" else table.c.company_id
    rows = select(
        *(literal(changed[each.name]) if each.name in changed else each for each in table.c)
    ).where(its == first)
    connection.execute(insert(table).from_select([each.name for each in table.c], rows))


def _proof(payments: int) -> list[Row]:
    with db.writing() as connection:
        connection.execute(text("ANALYZE"))
    before, began = peak(), time.perf_counter()
    report = prove()
    took = time.perf_counter() - began
    assert report.holds, [str(each) for each in report.breaches[:3]]
    checked = sum(each.checked for each in report.proved)
    return [
        Row(f"prove, {payments:,} payments ({checked:,} checks)", f"{took:.1f} s", "", None, None),
        Row(
            f"prove, {payments:,} payments: memory beyond what was in use",
            f"{peak() - before:.0f} MB",
            "",
            None,
            None,
        ),
    ]


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:70} {row.ours:>10}")
