"""Text as it is compared: the same small letters in Python and in either database.

SQLite's own lower() knows the letters from A to Z alone, Python's and PostgreSQL's know É as well.
"""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction, func

from fsm_portal.domain.email import folded


class small_letters(GenericFunction[str]):
    """``small_letters(column)``. Every SQLite connection has it from ``db``; on PostgreSQL it is
    lower(), which in a database of the locale C knows A to Z alone."""

    type = String()
    inherit_cache = True


@compiles(small_letters, "postgresql")
def _on_postgresql(element: small_letters, compiler: SQLCompiler, **kwargs: Any) -> str:
    return compiler.process(func.lower(*element.clauses), **kwargs)


def as_compared(text: str) -> str:
    """``text`` as what is read of ``small_letters(column)`` is compared with it in Python."""
    return text.lower()


def as_looked_for(texts: set[str]) -> set[str]:
    """What ``small_letters(column)`` may say of any of ``texts``, whatever the locale."""
    return {as_compared(text) for text in texts} | {folded(text) for text in texts}
