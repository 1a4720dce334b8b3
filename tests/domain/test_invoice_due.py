"""What is due on an invoice, as the database itself keeps it for lists that stay fast."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from fsm_portal.db import create_engine, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice_due import InvoiceDue, keep_due
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.invoicing.send_invoice import issue
from fsm_portal.migrations import configuration, migrate
from tests.invoices import write_invoice

ROOT = Path(__file__).resolve().parent.parent.parent
DUE = table_of(InvoiceDue)


def kept(invoice):
    """The row of ``invoice``, or None."""
    with unit_of_work() as session:
        return (
            session.connection().execute(DUE.select().where(DUE.c.invoice_id == invoice.id)).first()
        )


def paid(invoice, amount, source="pi_1"):
    entry = Posting(
        Account.STRIPE, Account.RECEIVABLE, amount, Kind.PAYMENT, invoice.id, invoice.id
    )
    with unit_of_work() as session:
        post(
            session,
            company_id=invoice.company_id,
            currency=invoice.currency,
            source=source,
            occurred_at=now(),
            customer_id=invoice.customer_id,
            postings=[entry],
        )


def test_it_follows_the_ledger_and_a_fact_that_comes_twice_counts_once(any_database, company, dana):
    """Case 13 for lists."""
    invoice = write_invoice(company, dana)
    assert kept(invoice).due == 28_000
    paid(invoice, 10_000)
    paid(invoice, 10_000)
    assert kept(invoice).due == 18_000
    paid(invoice, 18_000, "pi_2")
    assert (kept(invoice).due, kept(invoice).voided) == (0, False)


def test_a_draft_has_nothing_due_until_it_is_issued(any_database, company, dana):
    draft = write_invoice(company, dana, issued=False)
    assert kept(draft) is None
    with unit_of_work() as session:
        issue(session, session.merge(draft), at=now())
    assert kept(draft).due == 28_000


def test_it_follows_the_invoice(any_database, company, dana):
    """A day put off, and a void one."""
    invoice = write_invoice(company, dana)
    later = invoice.due_date + timedelta(days=30)
    with unit_of_work() as session:
        session.merge(invoice).due_date = later
    assert (kept(invoice).due_date, kept(invoice).due) == (later, 28_000)
    with unit_of_work() as session:
        session.merge(invoice).voided_at = now()
    assert kept(invoice).voided


def test_an_invoice_of_nothing_is_there_too(any_database, company, dana):
    free = write_invoice(company, dana, lines=(("A visit on the house", "1", "0"),))
    assert kept(free).due == 0


def test_what_is_rolled_back_leaves_nothing(any_database, company, dana):
    invoice = write_invoice(company, dana)

    class OutOfPaper(Exception):
        pass

    with pytest.raises(OutOfPaper), unit_of_work() as session:
        post(
            session,
            company_id=company.id,
            currency="USD",
            source="pi_1",
            occurred_at=now(),
            customer_id=dana.id,
            postings=[
                Posting(Account.STRIPE, Account.RECEIVABLE, 5_000, Kind.PAYMENT, "", invoice.id)
            ],
        )
        raise OutOfPaper
    assert kept(invoice).due == 28_000


def test_many_payments_at_once_lose_nothing(any_database, company, dana):
    invoice = write_invoice(company, dana)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: paid(invoice, 100, f"pi_{n}"), range(12)))
    assert kept(invoice).due == 28_000 - 1_200


def test_a_migrated_database_has_the_triggers_of_the_models(tmp_path):
    """Those that were there before a table was copied are gone with it: they are put back."""
    urls = [f"sqlite:///{tmp_path / name}.sqlite3" for name in ("migrated", "modelled")]
    migrate(urls[0])
    metadata.create_all(create_engine(urls[1]))
    found = []
    for url in urls:
        with create_engine(url).connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT name, tbl_name, sql FROM sqlite_master"
                    " WHERE type = 'trigger'"
                    " AND (name LIKE 'invoice_due%' OR name LIKE 'customer_owing%')"
                )
            )
            found.append(sorted(rows.all()))
    assert found[0] == found[1] and len(found[0]) == 5 + 4


def test_triggers_can_be_put_in_place_again(any_database, company, dana):
    with unit_of_work() as session:
        keep_due(session.connection())
        keep_due(session.connection())
    assert kept(write_invoice(company, dana, issue_date=date(2026, 1, 1))).due == 28_000


COPYING = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = "9999", "{head}"
def upgrade():
    for name in ("invoice", "ledger_entry", "invoice_due"):
        with op.batch_alter_table(name, recreate="always") as table:
            table.alter_column("currency", existing_type=sa.String(3), type_=sa.String(4))
"""


@pytest.mark.sqlite
def test_a_step_that_copies_the_tables_leaves_the_triggers_in_place(
    environment, tmp_path, company, dana
):
    copy = shutil.copytree(ROOT / "alembic", tmp_path / "alembic")
    url = f"sqlite:///{tmp_path}/portal.sqlite3"
    config = configuration(url)
    head = ScriptDirectory.from_config(config).get_current_head()
    command.stamp(config, "head")
    (copy / "versions" / "9999_copying.py").write_text(COPYING.format(head=head))
    config.set_main_option("script_location", str(copy))
    command.upgrade(config, "head")
    invoice = write_invoice(company, dana)
    paid(invoice, 10_000)
    assert kept(invoice).due == 18_000
