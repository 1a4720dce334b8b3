"""A statement of the hot path: written out once for each engine, then given to the driver itself.

SQLAlchemy's way from a statement to the driver costs several times what the driver costs. For the
few statements that every webhook asks; everything else goes the usual way. Each runs in the
transaction of its connection, values go through the same conversions, errors are SQLAlchemy's.
Three or more that are asked ``together`` are one way to PostgreSQL and back (decision 0025).
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Executable, literal
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

_Convert = Callable[[Any], Any]
# To enter and leave a pipeline costs what two statements cost to a server on the same machine.
_WORTH_A_PIPELINE = 3


class Answer(NamedTuple):
    """The rows that were read, by the names of their columns, and how many there are or were
    written."""

    rows: Sequence[Any]
    affected: int

    @property
    def first(self) -> Any:
        """The first row; None where there is none."""
        return self.rows[0] if self.rows else None


class Statement:
    """A statement of SQLAlchemy Core whose text does not depend on its values.

    Defaults of columns that an INSERT leaves out are filled in, as SQLAlchemy does it.
    """

    def __init__(self, core: Executable) -> None:
        self._core = core
        self._written: dict[str, Written] = {}

    def with_(self, values: Mapping[str, Any]) -> "Call":
        """The statement, and the values of its parameters by their names."""
        return Call(self, values)

    def ask(self, connection: Connection, values: Mapping[str, Any]) -> Answer:
        """Run it alone. Raises what any statement raises."""
        return together(connection, Call(self, values))[0]

    def written(self, dialect: Dialect) -> "Written":
        """It in the words of one engine."""
        found = self._written.get(dialect.name)
        if found is None:
            found = self._written[dialect.name] = Written(self._core, dialect)
        return found


class Call(NamedTuple):
    """A statement, and the values of its parameters by their names."""

    statement: Statement
    values: Mapping[str, Any]


def one_of(column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """``column IN (values)`` in a fixed text: SQLAlchemy writes its own anew each time."""
    return column.in_([literal(value, column.type) for value in values])


def together(connection: Connection, *calls: Call) -> list[Answer]:
    """Run ``calls`` one after the other; the answer of each.

    On PostgreSQL three or more are sent before any is answered (libpq's pipeline mode). Each still
    sees what those before it did, and what others had committed when its turn came. The first that
    fails is raised and those behind it do not run. Raises what any statement raises.
    """
    if not calls:
        return []
    if not connection.in_transaction():
        connection.begin()
    dialect = connection.dialect
    driver: Any = connection.connection.driver_connection
    errors = dialect.loaded_dbapi.Error
    asked = []
    for statement, values in calls:
        written = statement.written(dialect)
        asked.append((written, written.values(values)))
    try:
        if len(asked) >= _WORTH_A_PIPELINE and dialect.name == "postgresql":
            return _pipelined(driver, asked)
        # One cursor for all: each answer is read before the next is asked.
        cursor = driver.cursor()
        return [written.answer(cursor.execute(written.text, values)) for written, values in asked]
    except errors as error:
        if dialect.is_disconnect(error, driver, None):
            # SQLAlchemy has to meet it itself: then it makes its whole pool anew.
            connection.exec_driver_sql("SELECT 1")
        texts = "; ".join(written.text for written, _ in asked)
        raise DBAPIError.instance(texts, None, error, errors) from error


def _pipelined(driver: Any, asked: "list[tuple[Written, Any]]") -> list[Answer]:
    with driver.pipeline():
        cursors = [driver.execute(written.text, values) for written, values in asked]
    return [written.answer(cursor) for (written, _), cursor in zip(asked, cursors, strict=True)]


class Written:
    """A statement in the words of one engine, and how its values get there and back."""

    def __init__(self, core: Executable, dialect: Dialect) -> None:
        compiled = core.compile(dialect=dialect)  # type: ignore[attr-defined]
        if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
            raise TypeError("the text of this statement depends on its values")
        self.text = str(compiled)
        in_order = compiled.positiontup
        self._given: list[tuple[str, _Convert | None]] = []
        self._fixed: dict[str, Any] = {}
        self._made: list[tuple[str, _Convert, _Convert | None]] = []
        for bind, name in compiled.bind_names.items():
            convert = _to_driver(bind.type, dialect)
            if bind.required:
                self._given.append((name, convert))
            else:
                value = bind.effective_value
                self._fixed[name] = value if convert is None else convert(value)
        for column in getattr(compiled, "insert_prefetch", ()):
            default, convert = column.default, _to_driver(column.type, dialect)
            if default.is_callable:
                self._made.append((column.key, default.arg, convert))
                del self._fixed[column.key]
            else:
                self._fixed[column.key] = default.arg if convert is None else convert(default.arg)
        self._in_order = None if in_order is None else _picker(in_order)
        columns = getattr(core, "exported_columns", None) or {}
        self._row: Any = namedtuple("Row", columns.keys()) if columns else None
        self._from_driver = [_from_driver(column.type, dialect) for column in columns.values()]
        self._as_they_are = not any(self._from_driver)

    def values(self, given: Mapping[str, Any]) -> Any:
        """What the driver is told, in the way that this engine's driver takes it."""
        values = self._fixed.copy()
        for name, convert in self._given:
            value = given[name]
            values[name] = value if convert is None else convert(value)
        for name, make, convert in self._made:
            value = make(None)
            values[name] = value if convert is None else convert(value)
        return values if self._in_order is None else self._in_order(values)

    def answer(self, cursor: Any) -> Answer:
        """What the driver says."""
        if self._row is None:
            return Answer((), cursor.rowcount)
        make, rows = self._row._make, cursor.fetchall()
        if self._as_they_are:
            return Answer([make(row) for row in rows], len(rows))
        return Answer([make(self._converted(row)) for row in rows], len(rows))

    def _converted(self, row: Sequence[Any]) -> Iterator[Any]:
        for value, convert in zip(row, self._from_driver, strict=True):
            yield value if convert is None else convert(value)


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """What picks the values of ``names`` in their order; ``itemgetter`` alone gives one bare."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _to_driver(type_: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(type_: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)
