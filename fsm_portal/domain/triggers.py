"""Triggers: what the database itself does when a row comes or changes, on both engines."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection


@dataclass(frozen=True)
class Trigger:
    """After what ``happens`` to a row of ``table``, where ``which`` holds of it: do ``then``.

    All three are SQL, with the row as NEW and what it was before as OLD. ``then`` is one statement
    or several, each with its semicolon.

    One that is ``at_the_end`` PostgreSQL runs right before the commit: a row that others write too
    is taken after everything else, and held for no longer than that. SQLite, which has one writer,
    runs it at once.
    """

    name: str
    table: str
    happens: str
    which: str
    then: str
    at_the_end: bool = False


def put_in_place(connection: Connection, triggers: Iterable[Trigger]) -> None:
    """Put them in place, anew where they are."""
    for each in triggers:
        trigger = f"CREATE TRIGGER {each.name} AFTER {each.happens} ON {each.table}"
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {each.name}")
            connection.exec_driver_sql(f"{trigger} WHEN {each.which} BEGIN {each.then} END")
        else:
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {each.name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {each.then} RETURN NULL; END $$"
            )
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {each.name} ON {each.table}")
            when = f"FOR EACH ROW WHEN ({each.which}) EXECUTE FUNCTION {each.name}()"
            if each.at_the_end:
                trigger = trigger.replace("CREATE", "CREATE CONSTRAINT", 1)
                when = f"DEFERRABLE INITIALLY DEFERRED {when}"
            connection.exec_driver_sql(f"{trigger} {when}")


def take_away(connection: Connection, triggers: Iterable[Trigger]) -> None:
    """Take them away on SQLite, for as long as its tables are changed.

    A table that has to be copied for a change would lose its own, and those of others would name
    one that is not there for a moment, which SQLite refuses.
    """
    if connection.dialect.name == "sqlite":
        for each in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {each.name}")
