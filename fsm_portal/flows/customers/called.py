"""Customers by a few letters of who they are: each word typed begins one of theirs.

Looked up in the index of words, never read through. Of whom there are few the ids are known at
once. Those of whom there are many lie in the order of their names under each of their words; and
whoever goes along another list asks at each row, and its page is soon full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, bindparam, exists, select
from sqlmodel import Session

from fsm_portal.domain.customer_word import CustomerWord, words_of
from fsm_portal.domain.insert_once import table_of

_word = table_of(CustomerWord)

# As many as are looked up one by one.
FEW = 400
# Of a rare word among others there are no more: it is found before the others are looked at.
_RARE = 50
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


def called(session: Session, company_id: str, text: str, few: int = FEW) -> Called:
    """Customers of whom each word of ``text`` begins a word; nobody where it has no words.

    ``few``: their ids, where they are no more.
    """
    words = typed_words(text)
    values = word_values(words)
    if not words:
        return Called((), 0, values)
    found, beyond = _of_the_rarest(session, company_id, words, few)
    if found is None:
        # All of them are common words: those who have them all may be few again.
        some = _having(session, company_id, words, few) if len(words) > 1 else None
        return Called(None if some is None else tuple(sorted(some)), len(words), values)
    for word in beyond:
        found = _those(session, company_id, found, word) if found else found
    return Called(tuple(sorted(found)), len(words), values)


def _of_the_rarest(
    session: Session, company_id: str, words: Sequence[str], few: int
) -> tuple[set[str] | None, list[str]]:
    """Who has those of ``words`` that few have, and which others there are; None where each is
    common."""
    for most in (_RARE, few) if len(words) > 1 else (few,):
        found: set[str] | None = None
        beyond: list[str] = []
        for word in words:
            some = beginning(session, company_id, word, most)
            if some is None:
                beyond.append(word)
            else:
                found = some if found is None else found & some
        if found is not None:
            return found, beyond
    return None, list(words)


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


def beginning(session: Session, company_id: str, word: str, most: int = FEW) -> set[str] | None:
    """Of whom a word begins so; None where there are more than ``most``."""
    return _at_most(session, company_id, [word], most)


def _having(session: Session, company_id: str, words: Sequence[str], most: int) -> set[str] | None:
    return _at_most(session, company_id, words, most)


def _at_most(session: Session, company_id: str, words: Sequence[str], most: int) -> set[str] | None:
    key = {"company_id": company_id, "rows": most + 1, **word_values(words)}
    found = session.connection().execute(_of_words(len(words)), key).scalars().all()
    # Whoever has two words that begin so is there twice, and counted so: who is in no order here
    # would have to be put in one to be told apart.
    return None if len(found) > most else set(found)


def _those(session: Session, company_id: str, ids: set[str], word: str) -> set[str]:
    key = {"company_id": company_id, "ids": sorted(ids), **word_values([word])}
    return set(session.connection().execute(_AMONG, key).scalars())


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
    """As many as ``rows``."""
    return with_words(words).limit(bindparam("rows", type_=Integer))


_AMONG = with_words(1).where(
    _word.c.customer_id.in_(bindparam("ids", expanding=True, type_=String))
)
