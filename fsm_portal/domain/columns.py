"""How our kinds of values are stored, the same on SQLite and PostgreSQL."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Enum, Numeric, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class ExactDecimal(TypeDecorator[Decimal]):
    """A Decimal that stays exact: NUMERIC on PostgreSQL, text on SQLite (whose NUMERIC is a float).

    At most 18 digits before and 6 after the point.
    """

    impl = String(26)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(24, 6))
        return dialect.type_descriptor(String(26))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return format(value.normalize(), "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def exact() -> Column[Decimal]:
    """A column for quantities and unit prices."""
    return Column(ExactDecimal(), nullable=False)


def minor_units(
    nullable: bool = False, default: int | None = None, in_database: str | None = None
) -> Column[int]:
    """A column for money in minor units; 64 bits, plain ``int`` is 32 on PostgreSQL.

    ``in_database`` is what the database itself puts where an insert names no value.
    """
    return Column(BigInteger, nullable=nullable, default=default, server_default=in_database)


def choice(
    values: type[StrEnum],
    name: str,
    nullable: bool = False,
    in_database: str | None = None,
    key: bool = False,
) -> Column[Any]:
    """A column for one of ``values``, stored by value and held by a CHECK constraint."""
    kind = Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
    return Column(kind, primary_key=key, nullable=nullable, server_default=in_database)
