"""Customers by a few letters of who they are: each word typed begins one of theirs.

Looked up in the index of words, never read through. Of whom there are few the ids are known at
once; of whom there are many, whoever goes along a list asks at each row, and its page is soon full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, exists, func, select
from sqlmodel import Session

from fsm_portal.domain.customer_word import CustomerWord, words_of
from fsm_portal.domain.insert_once import table_of

_word = table_of(CustomerWord)

# As many as are looked up one by one.
FEW = 1_000
# As many as are put in order for a page of them.
SOME = 50_000
# What is typed beyond these words narrows no further.
_MOST_WORDS = 5
# After every letter or digit that there is.
_END = "\U0010ffff"


@dataclass(frozen=True)
class Called:
    """Who is meant: ``ids``, or where they are more than FEW, None: whoever ``has_words`` with
    ``values``."""

    ids: tuple[str, ...] | None
    words: int
    values: dict[str, str]


def called(session: Session, company_id: str, text: str) -> Called:
    """Customers of whom each word of ``text`` begins a word; nobody where it has no words."""
    words = typed_words(text)
    values = word_values(words)
    if not words:
        return Called((), 0, values)
    found: set[str] | None = None
    beyond: list[str] = []
    for word in words:
        some = beginning(session, company_id, word)
        if len(some) > FEW:
            beyond.append(word)
        else:
            found = some if found is None else found & some
    if found is None:
        # All of them are common words: those who have them all may be few again.
        some = _having(session, company_id, words)
        return Called(None if len(some) > FEW else tuple(sorted(some)), len(words), values)
    for word in beyond:
        found = _those(session, company_id, found, word) if found else found
    return Called(tuple(sorted(found)), len(words), values)


def has_words(customer_id: ColumnElement[Any], words: int) -> ColumnElement[bool]:
    """Whether the customer in this column has them: parameters company_id and ``Called.values``."""
    return and_(*(has_word(customer_id, at) for at in range(words)))


def has_word(customer_id: Any, at: int) -> ColumnElement[bool]:
    """Whether the customer in this column has the word that is the parameter ``word_`` ``at``."""
    its = _word.alias()
    return exists().where(
        its.c.company_id == bindparam("company_id", type_=String),
        its.c.customer_id == customer_id,
        begins(its.c.word, at),
    )


def begins(word: Any, at: int) -> ColumnElement[bool]:
    """Whether a word of an index of words begins with what was typed, by ``word_values``."""
    return and_(
        word >= bindparam(f"word_{at}", type_=String),
        word < bindparam(f"word_{at}_end", type_=String),
    )


def typed_words(text: str) -> list[str]:
    """The words, the longest first: the fewest have those."""
    longest = sorted(set(words_of(text)), key=lambda word: (-len(word), word))
    return longest[:_MOST_WORDS]


def word_values(words: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for at, word in enumerate(words):
        values |= {f"word_{at}": word, f"word_{at}_end": word + _END}
    return values


def beginning(session: Session, company_id: str, word: str) -> set[str]:
    """Of whom a word begins so: FEW and one more at most."""
    key = {"company_id": company_id, **word_values([word])}
    return set(session.connection().execute(_of_words(1), key).scalars())


def _having(session: Session, company_id: str, words: Sequence[str]) -> set[str]:
    key = {"company_id": company_id, **word_values(words)}
    return set(session.connection().execute(_of_words(len(words)), key).scalars())


def _those(session: Session, company_id: str, ids: set[str], word: str) -> set[str]:
    key = {"company_id": company_id, "ids": sorted(ids), **word_values([word])}
    return set(session.connection().execute(_AMONG, key).scalars())


def is_rare(session: Session, company_id: str, found: Called) -> bool:
    """Whether no more than SOME have the first of the words: they are put in order sooner than
    they are come across, one by one, in a list that may have them all at its end."""
    key = {"company_id": company_id, **found.values}
    return int(session.connection().execute(_COUNT, key).scalar_one()) <= SOME


def with_words(words: int) -> Select[Any]:
    """Ids of those who have them, by the index of words alone; parameters as of ``has_words``."""
    found = select(_word.c.customer_id).where(
        _word.c.company_id == bindparam("company_id", type_=String),
        begins(_word.c.word, 0),
    )
    for at in range(1, words):
        found = found.where(has_word(_word.c.customer_id, at))
    return found


@cache
def _of_words(words: int) -> Select[Any]:
    """FEW and one more at most."""
    return with_words(words).distinct().limit(FEW + 1)


_AMONG = _of_words(1).where(_word.c.customer_id.in_(bindparam("ids", expanding=True, type_=String)))
_COUNT = select(func.count()).select_from(with_words(1).limit(SOME + 1).subquery())
