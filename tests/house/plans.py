"""How SQLite goes about what a page reads: the steps of its plans, and which of them are broad."""

import re
from collections.abc import Callable

from sqlalchemy import Engine, event

from fsm_portal.domain import statement as written

# Of these a company has as many as it has customers, or more. Disputes are a few in a thousand.
LARGE = {
    *("invoice", "invoice_line", "invoice_tax", "invoice_due", "payment", "payment_allocation"),
    *("ledger_entry", "job", "refund", "checkout_attempt", "checkout_attempt_invoice"),
    *("credit_note", "credit_use", "customer", "session", "login_link", "outbox", "stripe_event"),
    *("failed_payment", "reminder", "invoice_delivery", "invoice_open", "customer_movement"),
    *("customer_owing", "customer_word", "customer_month", "job_word"),
}


def steps_of(engine: Engine, what: Callable[[], object]) -> list[str]:
    """Each step of the plan of each statement that ``what`` reads by."""
    ran = []

    def keep(connection, cursor, statement, parameters, context, many) -> None:
        if statement.startswith(("SELECT", "WITH")):
            ran.append((statement, tuple(parameters)))

    def keep_written(one, given):
        """What goes to the driver itself, past SQLAlchemy."""
        parameters = values_of(one, given)
        keep(None, None, one.text, parameters, None, False)
        return parameters

    event.listen(engine, "before_cursor_execute", keep)
    values_of, written.Written.values = written.Written.values, keep_written
    try:
        what()
    finally:
        written.Written.values = values_of
        event.remove(engine, "before_cursor_execute", keep)
    with engine.connect() as connection:
        return [
            f"{step[3]}   in   {' '.join(statement.split())}"
            for statement, parameters in ran
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


def is_broad(step: str) -> bool:
    """A whole table is gone through, or all of it that is one company's."""
    found = re.match(r"(?:SCAN|SEARCH) ([a-z_]+?)(?:_\d+)?\b", step)
    if found is None or found[1] not in LARGE:
        return False
    limits = re.search(r"\(([^)]*)\)", step.partition("   in   ")[0])
    return limits is None or limits[1] == "company_id=?"
