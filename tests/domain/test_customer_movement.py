"""A customer's movements and the sums of their months, as the database itself keeps them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import text

from fsm_portal.db import create_engine, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.customer_movement import (
    CustomerMonth,
    CustomerMovement,
    fill_movements,
    let_go_of_movements,
)
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.tables import metadata
from fsm_portal.migrations import configuration, migrate
from tests.invoices import write_invoice

TABLES = (table_of(CustomerMovement), table_of(CustomerMonth))
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def kept():
    """All rows of both tables."""
    with unit_of_work() as session:
        return [sorted(map(tuple, session.connection().execute(each.select()))) for each in TABLES]


def posted(customer, source, at, *postings):
    with unit_of_work() as session:
        post(
            session,
            company_id=customer.company_id,
            currency="USD",
            source=source,
            occurred_at=at,
            customer_id=customer.id,
            postings=postings,
        )


def of_payment(amount, part="", kind=Kind.PAYMENT, credit=Account.RECEIVABLE):
    return Posting(Account.STRIPE, credit, amount, kind, part)


def test_entries_of_one_fact_are_one_movement_of_one_month(any_database, dana):
    """What is posted twice counts once (case 13); the last moment of a month is of that month."""
    more = of_payment(2_000, "more", Kind.OVERPAYMENT, Account.CUSTOMER_CREDIT)
    for _ in range(2):
        posted(dana, "pi_1", NEW_YEAR, of_payment(8_000), more)
        posted(dana, "pi_0", NEW_YEAR - timedelta(microseconds=1), of_payment(5_000))
    movements, months = kept()
    assert [(row[4], row[5], row[8]) for row in movements] == [
        ("pi_0", "payment", -5_000),
        ("pi_1", "payment", -10_000),
    ]
    assert [row[3:] for row in months] == [
        (datetime(2025, 12, 1, tzinfo=UTC), 0, 5_000, 1),
        (NEW_YEAR, 0, 10_000, 1),
    ]


def test_what_comes_to_nothing_is_no_movement(any_database, dana):
    """Laid from one invoice to another: it is raised by what it is lowered by."""
    back = Posting(Account.RECEIVABLE, Account.STRIPE, 8_000, Kind.OVERPAYMENT, "back")
    posted(dana, "pi_1", NEW_YEAR, of_payment(8_000), back)
    _, months = kept()
    assert [row[4:] for row in months] == [(0, 0, 0)]


def test_facts_of_one_customer_at_once_lose_nothing(any_database, dana):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: posted(dana, f"pi_{n}", NEW_YEAR, of_payment(100)), range(12)))
    assert [row[4:] for row in kept()[1]] == [(0, 1_200, 12)]


@pytest.mark.sqlite
def test_both_are_filled_from_the_ledger_as_triggers_fill_them(database, company, dana):
    write_invoice(company, dana)
    posted(dana, "pi_1", now(), of_payment(8_000), of_payment(300, "another"))
    posted(dana, "cu_1", now(), Posting(
        Account.CUSTOMER_CREDIT, Account.RECEIVABLE, 70, Kind.CREDIT_APPLIED
    ))  # fmt: skip
    before = kept()
    with unit_of_work() as session:
        let_go_of_movements(session.connection())
        for each in TABLES:
            session.connection().execute(each.delete())
        fill_movements(session.connection())
    assert kept() == before and len(before[0]) == 3


@pytest.mark.sqlite
def test_an_upgrade_fills_them_too(database, company, dana):
    write_invoice(company, dana)
    posted(dana, "pi_1", now(), of_payment(8_000), of_payment(300, "another"))
    before = kept()
    config = configuration(database.url.render_as_string(hide_password=False))
    command.stamp(config, "head")
    command.downgrade(config, "0021")
    command.upgrade(config, "head")
    assert kept() == before


def test_a_migrated_database_has_the_triggers_of_the_models(tmp_path):
    urls = [f"sqlite:///{tmp_path / name}.sqlite3" for name in ("migrated", "modelled")]
    migrate(urls[0])
    metadata.create_all(create_engine(urls[1]))
    found = []
    for url in urls:
        with create_engine(url).connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT name, tbl_name, sql FROM sqlite_master"
                    " WHERE type = 'trigger' AND name LIKE 'customer_m%'"
                )
            )
            found.append(sorted(rows.all()))
    assert found[0] == found[1] and len(found[0]) == 3
