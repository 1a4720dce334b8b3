"""Jobs by a few letters: each word typed begins one of the title, or of who the customer is.

Of words that few have, the jobs are looked up in the indexes of words; of others whoever goes along
a list asks at each row, and its page is soon full.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, Table, and_, bindparam, or_, select
from sqlmodel import Session

from fsm_portal.domain.customer_word import CustomerWord
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.job import Job
from fsm_portal.domain.job_word import JobWord
from fsm_portal.flows.customers.called import (
    beginning,
    begins,
    typed_words,
    word_values,
)

_job = table_of(Job)
_word = table_of(JobWord)
_of_customer = table_of(CustomerWord)

# As many as are looked up and put in order for a page of them.
FEW = 2_000


@dataclass(frozen=True)
class JobsCalled:
    """Jobs for which ``is_called`` holds with ``values``. ``ids``: it can be none but these; None
    where they are more than FEW."""

    words: int
    ids: tuple[str, ...] | None
    values: dict[str, str]


def jobs_called(session: Session, company_id: str, text: str) -> JobsCalled:
    """What ``text`` means; nothing is called by a text without words."""
    words = typed_words(text)
    among: set[str] | None = None if words else set()
    for word in words:
        some = _about(session, company_id, word)
        if some is not None:
            among = some if among is None else among & some
    ids = None if among is None else tuple(sorted(among))
    return JobsCalled(len(words), ids, word_values(words))


def is_called(words: int) -> ColumnElement[bool]:
    """Whether a row of ``job`` has them all; parameters company_id and ``JobsCalled.values``."""
    return and_(*(or_(_is_titled(at), _is_for(at)) for at in range(words)))


def _is_titled(at: int) -> ColumnElement[bool]:
    return _at_each_row(_word, _word.c.job_id == _job.c.id, at)


def _is_for(at: int) -> ColumnElement[bool]:
    return _at_each_row(_of_customer, _of_customer.c.customer_id == _job.c.customer_id, at)


def _at_each_row(word: Table, is_its: ColumnElement[bool], at: int) -> ColumnElement[bool]:
    """Whether there is such a word, as a value: of an EXISTS within an OR PostgreSQL reads all the
    rows of the word first, to look jobs up among them."""
    its = select(word.c.company_id).where(
        word.c.company_id == bindparam("company_id", type_=String), is_its, begins(word.c.word, at)
    )
    return its.limit(1).correlate(_job).scalar_subquery().is_not(None)


def _about(session: Session, company_id: str, word: str) -> set[str] | None:
    """Jobs that have it in their title or in who it is for; None where they are more than FEW."""
    key: dict[str, Any] = {"company_id": company_id, **word_values([word])}
    # Not told apart there: to do that PostgreSQL reads all that begin so. A title that has two such
    # words counts twice.
    rows = session.connection().execute(_TITLED, key).scalars().all()
    customers = beginning(session, company_id, word) if len(rows) <= FEW else None
    if customers is None:
        return None
    titled = set(rows)
    key = {"company_id": company_id, "ids": sorted(customers)}
    found = titled | set(session.connection().execute(_THEIRS, key).scalars())
    return found if len(found) <= FEW else None


# Made once: writing a statement costs more than running it.
_TITLED = (
    select(_word.c.job_id)
    .where(_word.c.company_id == bindparam("company_id", type_=String), begins(_word.c.word, 0))
    .limit(FEW + 1)
)
_THEIRS = (
    select(_job.c.id)
    .where(
        _job.c.company_id == bindparam("company_id", type_=String),
        _job.c.customer_id.in_(bindparam("ids", expanding=True, type_=String)),
    )
    .limit(FEW + 1)
)
