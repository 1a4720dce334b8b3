"""Row-level security: on PostgreSQL, whoever is within a company sees and writes its rows alone.

Every table has a policy for one role, which nobody signs in as and which owns nothing. Whatever
goes on within a company takes that role on for its transaction (see scoped_transaction). No policy
holds who owns the tables, the portal's own role: it does what spans companies.
docs/decisions/0028-row-level-security.md has the reasons.
"""

import logging

from sqlalchemy import Connection, MetaData, Table, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

log = logging.getLogger(__name__)

POLICY = "within_company"
SETTING = "app.company"
_COMPANY = f"current_setting('{SETTING}', true)"

# A role is the server's and not the database's: two portals on one server must not share theirs.
# A name has 63 bytes; two that are longer may begin alike.
_NAME = (
    "CASE WHEN octet_length(current_database()) <= 48 THEN current_database()"
    " ELSE 'portal_' || md5(current_database()) END || '_within_company'"
)
# Since PostgreSQL 16 who is a member of a role may not always take it on.
_MAY_TAKE_ON = (
    "pg_has_role(pg_roles.oid, CASE WHEN current_setting('server_version_num')::int >= 160000"
    " THEN 'SET' ELSE 'MEMBER' END) AND NOT rolsuper AND NOT rolbypassrls"
)
# The role that the policies are for, where it can be taken on and may look at the tables; and where
# ours looks for them, if that is a schema by its own name: to another role "$user" is another.
ROLE = (
    "SELECT rolname, CASE WHEN current_user = ANY (current_schemas(false)) THEN"
    " array_to_string(ARRAY(SELECT quote_ident(unnest(current_schemas(false)))), ', ') END"
    " FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid"
    " JOIN pg_roles ON pg_roles.oid = ANY (polroles)"
    f" WHERE polrelid = to_regclass('company') AND polname = '{POLICY}' AND {_MAY_TAKE_ON}"
    " AND has_schema_privilege(pg_roles.oid, relnamespace, 'USAGE')"
)
_MAY_LOOK = text("SELECT has_schema_privilege(:role, current_schema(), 'USAGE')")
_IS_READY = text(
    f"SELECT coalesce((SELECT {_MAY_TAKE_ON} FROM pg_roles WHERE rolname = {_NAME}), false)"
)
_OURS = text(
    f"SELECT {_NAME} AS name, rolname AS ours, rolsuper OR rolcreaterole AS may_create, rolsuper,"
    f" EXISTS (SELECT FROM pg_roles WHERE rolname = {_NAME}) AS is_there"
    " FROM pg_roles WHERE rolname = current_user"
)
_KEPT = text(
    "SELECT relname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid"
    " JOIN pg_roles ON polroles = ARRAY[pg_roles.oid]"
    f" WHERE polname = '{POLICY}' AND relrowsecurity AND rolname = {_NAME}"
    " AND pg_table_is_visible(pg_class.oid)"
)


def company_column(table: Table) -> str | None:
    """The column that says whose a row is; None where rows are no company's."""
    if table.name == "company":
        return "id"
    return "company_id" if "company_id" in table.c else None


def keep_companies_apart(connection: Connection, metadata: MetaData = SQLModel.metadata) -> None:
    """Give every table its policy that has none; on PostgreSQL only.

    Where there is no role yet and ours may not make one, everything stays as it is, and the log
    has what an administrator of the server is to run once.
    """
    if connection.dialect.name != "postgresql":
        return
    role = _role(connection)
    if role is None:
        return
    quote = connection.dialect.identifier_preparer.quote
    # A history of migrations may not come as far as every table.
    without = set(inspect(connection).get_table_names()) - set(connection.scalars(_KEPT))
    if not connection.scalar(_MAY_LOOK, {"role": role}):
        schema = quote(str(connection.scalar(text("SELECT current_schema()"))))
        grant = f"GRANT USAGE ON SCHEMA {schema} TO {quote(role)}"
        # Who may use the schema and not hand that on is only warned.
        connection.exec_driver_sql(grant)
        if not connection.scalar(_MAY_LOOK, {"role": role}):
            _say_what_to_run(grant)
            return
    for table in metadata.sorted_tables:
        column = company_column(table)
        if column is None or table.name not in without:
            continue
        name = quote(table.name)
        for statement in (
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS {POLICY} ON {name}",
            # What it is for all commands holds of new rows as well.
            f"CREATE POLICY {POLICY} ON {name} TO {quote(role)} USING ({column} = {_COMPANY})",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {quote(role)}",
        ):
            connection.exec_driver_sql(statement)


def _role(connection: Connection) -> str | None:
    """The name of the role, made where it is not there; None where that cannot be."""
    us = connection.execute(_OURS).one()
    if connection.scalar(_IS_READY):
        return str(us.name)
    quote = connection.dialect.identifier_preparer.quote
    steps = [f"GRANT {quote(us.name)} TO {quote(us.ours)}"] if not us.rolsuper else []
    if not us.is_there:
        steps.insert(0, f"CREATE ROLE {quote(us.name)} NOLOGIN")
    if us.may_create:
        try:
            with connection.begin_nested():
                for step in steps:
                    connection.exec_driver_sql(step)
                if connection.scalar(_IS_READY):
                    return str(us.name)
        except DBAPIError as error:
            log.warning("row-level security: %s", error.orig)
    _say_what_to_run("; ".join(steps) or f"ALTER ROLE {quote(us.name)} NOSUPERUSER NOBYPASSRLS")
    return None


def _say_what_to_run(statements: str) -> None:
    log.warning(
        "row-level security is off. To switch it on, have an administrator of the server run: "
        "%s; and then bin/portal migrate, and start the portal anew",
        statements,
    )


@event.listens_for(SQLModel.metadata, "after_create")
def _with_its_policies(_metadata: object, connection: Connection, **_: object) -> None:
    keep_companies_apart(connection)
