"""The proof finds nothing in sound books, and names whatever breaks them. (Invariants A to K)"""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, inspect, text

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.domain.balances import InvoiceBalance
from fsm_portal.domain.clock import now
from fsm_portal.domain.invoice_status import InvoiceStatus, Status
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.invoices.invoice_view import Standing
from fsm_portal.flows.proving import PATIENCE, RULES, prove, prove_on, views
from fsm_portal.flows.proving.report import TITLES
from fsm_portal.flows.proving.rule import Scope, judged
from fsm_portal.flows.proving.secrets import secrets_in
from tests.flows.a_busy_company import everything_happens
from tests.flows.planted import PLANTED


@pytest.fixture
def busy(any_database, stripe, sandbox, company, dana, payer, owner, invoice) -> Engine:
    """Books in which everything has happened."""
    everything_happens(stripe, sandbox, company, dana, payer, owner, invoice)
    return any_database


@pytest.fixture
def unguarded(busy: Engine) -> Engine:
    """The same books without a single key or constraint."""
    tables = [table.name for table in metadata.sorted_tables]
    with busy.connect() as connection, connection.execution_options(writing=True).begin():
        for name in tables:
            connection.execute(text(f"CREATE TABLE bare_{name} AS SELECT * FROM {name}"))
        for name in reversed(tables):
            cascade = "CASCADE" if busy.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TABLE {name} {cascade}"))
        for name in tables:
            connection.execute(text(f"ALTER TABLE bare_{name} RENAME TO {name}"))
    return busy


def broken(connection: Connection, says: str) -> set[tuple[str, str]]:
    """What a proof names: a whole one, which no breach may stop; on PostgreSQL of this rule alone.

    What the databases may differ in is a rule's own statement.
    """
    alone = [rule for rule in RULES if rule.says == says]
    if connection.dialect.name == "sqlite" or not alone:
        return {(each.invariant, each.rule) for each in prove_on(connection).breaches}
    scope = Scope(None, now(), PATIENCE, now() - timedelta(days=settings().keep_outbox_days))
    found = judged(connection, scope, alone)
    return {(each.invariant, each.rule) for finding in found for each in finding.breaches}


def test_sound_books_prove(busy, company, other_company):
    """All of them and each company's; the company to which nothing happened too."""
    report = prove()
    assert [str(breach) for breach in report.breaches] == []
    checked = {each.invariant: each.checked for each in report.proved}
    assert set(checked) == set(TITLES) and min(checked.values()) > 0
    assert prove(company.id).holds
    nobodys = {each.invariant: each.checked for each in prove(other_company.id).proved}
    assert nobodys["A"] == nobodys["E"] == 0


@pytest.mark.breaks_the_books("that is what it is about, though all is rolled back")
def test_every_breach_is_named(unguarded, subtests):
    """Each is planted by itself, in a transaction that is rolled back."""
    with unguarded.connect() as connection:
        for invariant, rule, statement in PLANTED:
            with subtests.test(statement), connection.execution_options(writing=True).begin() as it:
                assert connection.execute(text(statement)).rowcount > 0
                assert (invariant, rule) in broken(connection, rule)
                it.rollback()


@pytest.mark.breaks_the_books("that is what it is about, though all is rolled back")
def test_a_reference_to_somewhere_else_is_named(unguarded, subtests):
    """Invariant F: every reference there is, of every table that has one."""
    tried = 0
    with unguarded.connect() as connection:
        for rule in RULES:
            if not rule.says.startswith("the ") or " is one of its company's" not in rule.says:
                continue
            column, table = rule.says.split(" ")[1], rule.about.name
            with subtests.test(rule.says), connection.execution_options(writing=True).begin() as it:
                astray = text(f"UPDATE {table} SET {column} = 'x' WHERE {column} IS NOT NULL")
                if connection.execute(astray).rowcount:
                    tried += 1
                    assert (rule.invariant, rule.says) in broken(connection, rule.says)
                it.rollback()
    assert tried > 20


def test_every_rule_was_broken_once():
    """A rule that nobody has seen fail proves nothing."""
    planted = {(invariant, rule) for invariant, rule, _ in PLANTED}
    by_itself = {
        (rule.invariant, rule.says) for rule in RULES if "is one of its company's" in rule.says
    }
    assert {(rule.invariant, rule.says) for rule in RULES} - by_itself <= planted


def test_only_the_company_that_was_asked_for(unguarded, company, other_company):
    """Invariant F: whoever proves one company reads nothing of another."""
    with (
        unguarded.connect() as connection,
        connection.execution_options(writing=True).begin() as it,
    ):
        connection.execute(text("UPDATE payment SET amount = amount + 1"))
        assert not prove_on(connection, company.id).holds
        assert prove_on(connection, other_company.id).holds
        it.rollback()


@pytest.mark.breaks_the_books("its screens lie")
def test_a_screen_that_says_something_else_is_named(busy, monkeypatch):
    """Invariant K: every invoice shown as paid, whatever the ledger has."""
    paid = Standing(InvoiceBalance(), InvoiceStatus(Status.PAID))
    monkeypatch.setattr(
        views, "standings", lambda _s, _c, invoices: {each.id: paid for each in invoices}
    )
    (first, *_) = prove().breaches
    assert first.rule == "an invoice is shown as it stands"
    assert "is shown Paid with 0 due" in first.row


@pytest.mark.breaks_the_books("its screens lie")
def test_an_overview_that_adds_up_wrong_is_named(busy, monkeypatch):
    """Invariant K."""
    monkeypatch.setattr(views, "overdue_of", lambda *_: 123, raising=True)
    assert "the overview adds up" in {breach.rule for breach in prove().breaches}


@pytest.mark.parametrize(
    "harmless",
    [
        "DE89 3704 0044 0532 0130 00",
        "4242 4242 4242 4243",
        "104859382748593",
        '"network_transaction_id": "424242424242424242"',
        "disk_test_run, ask_live_help",
        "/sign-in/ask",
        "ch_4242424242424242",
    ],
)
def test_what_only_looks_like_a_secret_is_none(harmless):
    """Invariant I: an alarm that rings for nothing is switched off."""
    assert list(secrets_in(harmless)) == []


def test_it_reads_one_moment_while_others_write(busy, monkeypatch):
    """A payment that arrives in the middle of the proof is not half of a breach."""
    seen = []
    real = views.screens_say_what_the_ledger_says

    def write_meanwhile(connection, scope):
        with db.unit_of_work() as session:
            session.connection().execute(text("UPDATE invoice SET notes = 'sk_live_1234abcd'"))
        seen.append(connection.execute(text("SELECT max(notes) FROM invoice")).scalar())
        yield from real(connection, scope)

    monkeypatch.setattr(views, "screens_say_what_the_ledger_says", write_meanwhile)
    assert prove().holds and seen == [""]
    assert not prove().holds
    with db.unit_of_work() as session:
        session.connection().execute(text("UPDATE invoice SET notes = ''"))
    assert inspect(busy).has_table("payment")
