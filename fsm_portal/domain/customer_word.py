"""The words by which a customer is found: each folded, in an index, so that no search reads on.

Those of whom one word is lie in the order of their names, so that a page of them is read in order
however many they are. Kept by whatever writes a customer through the ORM; bulk inserts call
``keep_words`` themselves.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    delete,
    event,
    inspect,
)
from sqlalchemy.orm import Mapper
from sqlmodel import Field, SQLModel

from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of

LONGEST = 40
# More than any name, contact and address have; whoever pastes a book gets its first words.
MOST = 60
# A word that everybody has, and nobody types: all customers in the order of their names.
EVERYBODY = ""
# So many letters of a name, and of the contact behind it, put customers in order.
_ORDER = 80
_SAYS = ("name", "contact", "email", "phone")
_WORD = re.compile(r"[^\W_]+")
# Compared byte for byte, so that a beginning of a word is a range of the index on both engines.
EXACT = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")
_IN_ORDER = String(_ORDER).with_variant(String(_ORDER, collation="C"), "postgresql")


class CustomerWord(SQLModel, table=True):
    """One word of who a customer is: of name, contact, address of mail, phone number.

    ``called`` is what they stand by in the order of names, the same in each of their rows.
    """

    __tablename__ = "customer_word"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "word", "called", "customer_id"),
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        Index("customer_word_customer", "company_id", "customer_id", "word"),
        {"sqlite_with_rowid": False},
    )

    company_id: str = Field(primary_key=True, max_length=32)
    word: str = Field(sa_column=Column(EXACT, primary_key=True))
    called: str = Field(sa_column=Column(_IN_ORDER, primary_key=True))
    customer_id: str = Field(primary_key=True, max_length=32)


_word = table_of(CustomerWord)


def words_of(text: str) -> list[str]:
    """The words of ``text`` as they are compared, in order: letters and digits alone, small,
    without accents (``Café`` is found as ``cafe``), cut at 40."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return [word[:LONGEST] for word in _WORD.findall(plain)]


def words_of_customer(said: Mapping[str, Any]) -> frozenset[str]:
    """The words of a customer's fields. A phone number is also one word, all its digits."""
    words = [word for name in _SAYS for word in words_of(said[name] or "")]
    digits = "".join(letter for letter in said["phone"] or "" if letter.isdigit())
    return frozenset([*([digits[:LONGEST]] if digits else []), *words][:MOST])


def order_of_customer(said: Mapping[str, Any]) -> str:
    """What a customer of these fields stands by in the order of names: ``elan house  dana reyes``.
    Two spaces end a name before a longer one goes on."""
    return "  ".join(" ".join(words_of(said[name] or "")) for name in ("name", "contact"))[:_ORDER]


def keep_words(connection: Connection, customers: Iterable[Mapping[str, Any]]) -> None:
    """Note the words of ``customers``, rows that were just inserted: ``company_id``, ``id`` and
    what they are called by."""
    insert_many(
        connection,
        _word,
        [
            {
                "company_id": each["company_id"],
                "word": word,
                "called": called,
                "customer_id": each["id"],
            }
            for each in customers
            for called in (order_of_customer(each),)
            for word in (EVERYBODY, *sorted(words_of_customer(each)))
        ],
    )


@event.listens_for(Customer, "after_insert")
def _came(_mapper: Mapper[Customer], connection: Connection, customer: Customer) -> None:
    keep_words(connection, [_fields(customer)])


@event.listens_for(Customer, "after_update")
def _changed(_mapper: Mapper[Customer], connection: Connection, customer: Customer) -> None:
    attributes = inspect(customer).attrs
    if not any(attributes[name].history.has_changes() for name in _SAYS):
        return
    connection.execute(
        delete(_word).where(
            _word.c.company_id == customer.company_id, _word.c.customer_id == customer.id
        )
    )
    keep_words(connection, [_fields(customer)])


def _fields(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in ("company_id", "id", *_SAYS)}
