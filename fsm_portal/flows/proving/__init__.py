"""The proof: invariants A to K of the books, looked for in any database of ours. Reads only.

Everything is read at one moment of the database, while others go on writing. docs/proof.md says
what each invariant means.
"""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.domain.clock import now
from fsm_portal.flows.proving import (
    credit_adds_up,
    documents_add_up,
    inbox,
    limits,
    links,
    meant,
    money_back_adds_up,
    never_behind,
    once,
    owing,
    payments_add_up,
    scopes,
    secrets,
    sources,
    statements,
    stuck,
    views,
)
from fsm_portal.flows.proving.report import Breach, Finding, Proved, Report, report_of
from fsm_portal.flows.proving.rule import Rule, Scope, judged

__all__ = ["RULES", "Breach", "Proved", "Report", "prove", "prove_on"]

RULES: tuple[Rule, ...] = (
    *payments_add_up.RULES,
    *documents_add_up.RULES,
    *credit_adds_up.RULES,
    *money_back_adds_up.RULES,
    *limits.RULES,
    *sources.RULES,
    *once.RULES,
    *never_behind.RULES,
    *scopes.RULES,
    *links.RULES,
    *meant.RULES,
    *secrets.RULES,
    *stuck.RULES,
    *views.RULES,
    *statements.RULES,
    *owing.RULES,
)
# A worker that is well begins whatever is due within seconds; Stripe or a mail server may be away.
PATIENCE = timedelta(hours=1)


def prove(company_id: str | None = None, patience: timedelta = PATIENCE) -> Report:
    """Prove the books of one company, or of all.

    Work that waits counts as stuck when it is overdue by ``patience``.
    """
    engine = db.engine()
    options = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as connection, connection.execution_options(**options).begin():
        return prove_on(connection, company_id, patience)


def prove_on(
    connection: Connection, company_id: str | None = None, patience: timedelta = PATIENCE
) -> Report:
    """The same within a transaction that is open already, which sees what it sees."""
    moment = now()
    kept_since = moment - timedelta(days=settings().keep_outbox_days)
    return report_of(_findings(connection, Scope(company_id, moment, patience, kept_since)))


def _findings(connection: Connection, scope: Scope) -> Iterator[Finding]:
    yield from judged(connection, scope, RULES)
    yield from secrets.texts_keep_no_secret(connection, scope)
    yield from views.screens_say_what_the_ledger_says(connection, scope)
    # Last, for it takes longest: every event is read once more.
    for events in inbox.batches(connection, scope):
        yield never_behind.events_are_on_the_books(connection, events)
        yield secrets.events_keep_no_secret(events)
