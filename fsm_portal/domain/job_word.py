"""The words of a job's title, by which it is found: folded as a customer's are, in an index.

Kept by whatever writes a job through the ORM; what inserts past it calls ``keep_job_words`` itself.
Whose job it is, is not here: that is found by the customer's own words.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    delete,
    event,
    inspect,
)
from sqlalchemy.orm import Mapper
from sqlmodel import Field, SQLModel

from fsm_portal.domain.customer_word import EXACT, words_of
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.job import Job


class JobWord(SQLModel, table=True):
    """One word of a job's title."""

    __tablename__ = "job_word"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "word", "job_id"),
        ForeignKeyConstraint(["company_id", "job_id"], ["job.company_id", "job.id"]),
        Index("job_word_job", "company_id", "job_id", "word"),
        {"sqlite_with_rowid": False},
    )

    company_id: str = Field(primary_key=True, max_length=32)
    word: str = Field(sa_column=Column(EXACT, primary_key=True))
    job_id: str = Field(primary_key=True, max_length=32)


_word = table_of(JobWord)


def keep_job_words(connection: Connection, jobs: Iterable[Mapping[str, Any]]) -> None:
    """Note the words of ``jobs``, rows that were just inserted: whose, ``id`` and ``title``."""
    insert_many(
        connection,
        _word,
        [
            {"company_id": each["company_id"], "word": word, "job_id": each["id"]}
            for each in jobs
            for word in sorted(set(words_of(each["title"])))
        ],
    )


@event.listens_for(Job, "after_insert")
def _came(_mapper: Mapper[Job], connection: Connection, job: Job) -> None:
    keep_job_words(connection, [job.model_dump()])


@event.listens_for(Job, "after_update")
def _changed(_mapper: Mapper[Job], connection: Connection, job: Job) -> None:
    if not inspect(job).attrs["title"].history.has_changes():
        return
    connection.execute(
        delete(_word).where(_word.c.company_id == job.company_id, _word.c.job_id == job.id)
    )
    keep_job_words(connection, [job.model_dump()])
