"""Customers of whom each word typed begins a word, in the order of their names, a page at a time.

Under each word its customers lie in that order, so a page of one word is read off the index and no
further, however many there are. What is typed may begin several words: a page of each is read, and
the first of them all are the page.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union,
)
from sqlmodel import Session

from fsm_portal.domain.customer_word import EVERYBODY, CustomerWord
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.customers.called import begins, has_word, has_words, with_words

_word = table_of(CustomerWord)
_company = bindparam("company_id", type_=String)
# Not the column's own way to compare, which would call its parameter as one of ours is called.
IS_EVERYBODY = _word.c.word == literal(EVERYBODY, String)

# So many words that begin as typed are read side by side.
MOST = 16
# Of more words as many as are put in order sooner than they are come across.
_SOME = 50_000


def words_beginning(session: Session, company_id: str, values: dict[str, str]) -> dict[str, str]:
    """The words that begin as the first of ``values`` (``called.word_values``), as parameters of
    ``page_of_words``; empty where they are more than MOST.

    From each word the index is asked for the next: who has it is not read.
    """
    found: list[str] = []
    key = {
        "company_id": company_id,
        "from": values["word_0"],
        "end": values["word_0_end"],
    }
    statement = _FIRST
    while len(found) <= MOST:
        word = session.connection().execute(statement, key).scalar()
        if word is None:
            return {f"in_{at}": each for at, each in enumerate(found)}
        found.append(word)
        key["from"], statement = word, _NEXT
    return {}


def _least(from_there_on: ColumnElement[bool]) -> Select[Any]:
    return select(func.min(_word.c.word)).where(
        _word.c.company_id == _company,
        from_there_on,
        _word.c.word < bindparam("end", type_=String),
    )


_from = bindparam("from", type_=String)
_FIRST, _NEXT = _least(_word.c.word >= _from), _least(_word.c.word > _from)


@cache
def page_of_words(beginning: int, words: int, from_a_row: bool, up: bool, rows: int) -> Select[Any]:
    """``id`` and ``called`` of ``rows`` at most of those who have all of so many ``words``, the
    first of which begins ``beginning`` words: parameters company_id, ``words_beginning``,
    ``Called.values``, and ``at`` and ``tie`` from a row on."""
    pages = [_page(f"in_{at}", words, from_a_row, up, rows) for at in range(beginning)]
    if beginning == 1:
        return pages[0]
    together = union(*(select(page.subquery()) for page in pages)).subquery()
    return (
        select(together.c.id, together.c.called)
        .order_by(*_order(together.c.called, together.c.id, up))
        .limit(rows)
    )


@cache
def page_of_everybody(words: int, from_a_row: bool, up: bool, rows: int) -> Select[Any]:
    """The same along all customers, each of whom is asked: where so many words begin as typed that
    a page is soon full."""
    found = _along(IS_EVERYBODY, from_a_row, up, rows)
    return found.where(has_words(_word.c.customer_id, words))


@cache
def page_of_some(words: int, from_a_row: bool, up: bool, rows: int) -> Select[Any]:
    """The same put in order: of more words than are read side by side, few customers each."""
    return _with_the_others(_along(begins(_word.c.word, 0), from_a_row, up, rows), words).distinct()


def are_some(session: Session, company_id: str, values: dict[str, str]) -> bool:
    """Whether those with the first word are for ``page_of_some``."""
    key = {"company_id": company_id, **values}
    return int(session.connection().execute(_COUNT, key).scalar_one()) <= _SOME


_COUNT = select(func.count()).select_from(with_words(1).limit(_SOME + 1).subquery())


def _page(name: str, words: int, from_a_row: bool, up: bool, rows: int) -> Select[Any]:
    of = _word.c.word == bindparam(name, type_=String)
    return _with_the_others(_along(of, from_a_row, up, rows), words)


def _with_the_others(found: Select[Any], words: int) -> Select[Any]:
    for at in range(1, words):
        found = found.where(has_word(_word.c.customer_id, at))
    return found


def _along(of: ColumnElement[bool], from_a_row: bool, up: bool, rows: int) -> Select[Any]:
    found = select(_word.c.customer_id.label("id"), _word.c.called).where(
        _word.c.company_id == _company, of
    )
    if from_a_row:
        here = tuple_(bindparam("at", type_=String), bindparam("tie", type_=String))
        row = tuple_(_word.c.called, _word.c.customer_id)
        found = found.where(row > here if up else row < here)
    return found.order_by(*_order(_word.c.called, _word.c.customer_id, up)).limit(rows)


def _order(called: Any, customer_id: Any, up: bool) -> tuple[Any, Any]:
    return (called, customer_id) if up else (called.desc(), customer_id.desc())


# What a customer stands by in that order.
CALLED_OF = select(_word.c.called).where(
    _word.c.company_id == _company,
    _word.c.customer_id == bindparam("id", type_=String),
    IS_EVERYBODY,
)
