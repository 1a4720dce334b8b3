"""A transaction of PostgreSQL begins within the company that its thread works in.

``BEGIN``, the role and the company are one message to the server, in place of the ``BEGIN`` that
the driver would send: no way more. All of it ends with the transaction, so that whoever is handed
the connection next finds nothing of it.
"""

import logging
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine

from fsm_portal.domain.company_scope import company_in_scope
from fsm_portal.domain.row_security import ROLE, SETTING

log = logging.getLogger(__name__)

# In a connection's ``info``: within which company its present transaction is.
_WITHIN = "within_company"


class _Server:
    """What of the driver is needed, and the role that the policies of one database are for."""

    def __init__(self, psycopg: Any) -> None:
        self._psycopg = psycopg
        self._role: str | None = None
        # Where the tables are, if that has to be said to it.
        self.path: str | None = None
        self._is_known = False

    def role(self, driver: Any) -> str | None:
        """None where there is none: then nothing is to be taken on. Looked up once."""
        if not self._is_known:
            idle = driver.info.transaction_status == self._psycopg.pq.TransactionStatus.IDLE
            row = driver.execute(ROLE).fetchone()
            if idle:
                driver.commit()
            if row is None:
                log.warning("row-level security is off: see docs/running.md, PostgreSQL")
            self._role, self.path = row or (None, None)
            self._is_known = True
        return self._role

    def begin(self, driver: Any, role: str, company: str) -> None:
        """To the library itself: the driver would send its own ``BEGIN`` first, and wait."""
        level = driver.isolation_level
        isolation = f" ISOLATION LEVEL {level.name.replace('_', ' ')}" if level else ""
        looks = f"; SET LOCAL search_path TO {self.path}" if self.path else ""
        escaping = self._psycopg.pq.Escaping(driver.pgconn)
        result = driver.pgconn.exec_(
            b"BEGIN%b; SET LOCAL role TO %b; SET LOCAL %b TO %b%b"
            % (
                isolation.encode(),
                escaping.escape_identifier(role.encode()),
                SETTING.encode(),
                escaping.escape_literal(company.encode()),
                looks.encode(),
            )
        )
        if driver.pgconn.status != self._psycopg.pq.ConnStatus.OK:
            # As the driver says it of a server that is gone.
            raise self._psycopg.OperationalError(driver.pgconn.get_error_message())
        if result.status != self._psycopg.pq.ExecStatus.COMMAND_OK:
            raise self._psycopg.errors.error_from_result(result)


def begin_within_companies(engine: Engine) -> None:
    """Have every transaction of ``engine``, one of PostgreSQL, begin so. Call it once."""
    server = _Server(engine.dialect.loaded_dbapi)
    # SQLAlchemy's own does nothing: it leaves that to the driver.
    engine.dialect.do_begin = partial(_begin, server)  # type: ignore[method-assign]


def _begin(server: _Server, connection: Any) -> None:
    company = company_in_scope()
    connection.info[_WITHIN] = company
    driver = connection.driver_connection
    if company is None or driver.autocommit:
        return
    if (role := server.role(driver)) is not None:
        server.begin(driver, role, company)


def are_companies_apart(connection: Connection) -> bool | None:
    """Whether row-level security stands behind every query; None on SQLite, which has none."""
    begin: Any = connection.dialect.do_begin
    if not isinstance(begin, partial):
        return None
    return begin.args[0].role(connection.connection.driver_connection) is not None


def go_within(connection: Connection) -> None:
    """Bring a transaction that is open already within the company that its thread works in now.

    For one that is shared by all who read in it. Does nothing on SQLite.
    """
    begin: Any = connection.dialect.do_begin
    if not isinstance(begin, partial):
        return
    shared: Any = connection.connection
    company = company_in_scope()
    if shared.info.get(_WITHIN) == company:
        return
    server = begin.args[0]
    role = server.role(shared.driver_connection)
    if role is None or shared.driver_connection.autocommit:
        return
    if company is None:
        connection.exec_driver_sql("SET LOCAL role TO DEFAULT")
    else:
        connection.exec_driver_sql(
            f"SELECT set_config('role', %s, true), set_config('{SETTING}', %s, true)",
            (role, company),
        )
        if server.path:
            connection.exec_driver_sql(f"SET LOCAL search_path TO {server.path}")
    shared.info[_WITHIN] = company
