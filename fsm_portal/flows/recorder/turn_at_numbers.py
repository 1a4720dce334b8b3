"""The turn at a company's numbers, taken before anything is posted."""

from sqlalchemy import Connection, bindparam, select

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.statement import Statement

_company = table_of(Company)

_TURN = Statement(
    select(_company.c.id)
    .where(_company.c.id == bindparam("its_company"))
    .with_for_update(key_share=True)
)


def turn_at_numbers(connection: Connection, company_id: str) -> None:
    """Whoever may give a credit note its number takes turns here before the first entry.

    An entry holds the sums of its customer's month, and whoever writes a credit note or imports
    invoices holds the company before those. On PostgreSQL: SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        _TURN.ask(connection, {"its_company": company_id})
