"""Text in the order of its code points, as Python sorts it, whatever the database's locale."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class by_code_points(GenericFunction[str]):
    """``by_code_points(expression)``: what is read page by page is put in order in Python too."""

    type = String()
    inherit_cache = True


@compiles(by_code_points)
def _as_it_is(element: by_code_points, compiler: SQLCompiler, **kwargs: Any) -> str:
    # SQLite compares byte by byte unless told otherwise.
    return compiler.process(element.clauses, **kwargs)


@compiles(by_code_points, "postgresql")
def _on_postgresql(element: by_code_points, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f'({compiler.process(element.clauses, **kwargs)} COLLATE "C")'
