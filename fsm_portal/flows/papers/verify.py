"""Everything that was issued is hashed anew: what a disk or a hand changed is found."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import LargeBinary, bindparam, cast, func, select, tuple_

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.paper import PaperContent, StoredPaper

_paper = table_of(StoredPaper)
_content = table_of(PaperContent)
_company = table_of(Company)
# Files read at once: a few megabytes.
_AT_ONCE = 50
_FILES = (
    select(
        _content.c.company_id,
        _content.c.sha256,
        # SQLite makes text of what its own functions have changed, and no text is a PDF.
        cast(_content.c.content, LargeBinary).label("content"),
    )
    .where(
        tuple_(_content.c.company_id, _content.c.sha256)
        > tuple_(bindparam("company_id"), bindparam("sha256"))
    )
    .order_by(_content.c.company_id, _content.c.sha256)
    .limit(_AT_ONCE)
)
# By the keys of both: a foreign key that was switched off in between hides nothing.
_VERSIONS = (
    select(
        _paper.c.kind,
        _paper.c.subject_id,
        _paper.c.version,
        _paper.c.sha256,
        _paper.c.size,
        _company.c.slug,
        func.length(_content.c.content).label("found"),
    )
    .join(_company, _company.c.id == _paper.c.company_id)
    .outerjoin(
        _content,
        (_content.c.company_id == _paper.c.company_id) & (_content.c.sha256 == _paper.c.sha256),
    )
    .where((_content.c.content.is_(None)) | (func.length(_content.c.content) != _paper.c.size))
    .order_by(_company.c.slug, _paper.c.kind, _paper.c.subject_id, _paper.c.version)
)
_NAMED = (
    select(_company.c.slug, _paper.c.kind, _paper.c.subject_id, _paper.c.version)
    .join(_company, _company.c.id == _paper.c.company_id)
    .where(_paper.c.company_id == bindparam("company_id"), _paper.c.sha256 == bindparam("sha256"))
)
_GAPS = (
    select(_company.c.slug, _paper.c.kind, _paper.c.subject_id, func.count().label("found"))
    .join(_company, _company.c.id == _paper.c.company_id)
    .group_by(_company.c.slug, _paper.c.kind, _paper.c.subject_id)
    .having(func.count() != func.max(_paper.c.version))
)


@dataclass(frozen=True)
class Verified:
    """How many versions and files there are, of how many bytes, and a line for each mismatch."""

    versions: int
    files: int
    size: int
    mismatches: tuple[str, ...]


def verify_papers() -> Verified:
    """Reads all that is kept, a few files at a time, and writes nothing."""
    files, size, wrong = 0, 0, []
    for company_id, sha, content in _files():
        files, size = files + 1, size + len(content)
        found = sha256(content).hexdigest()
        if found != sha:
            wrong += [f"{of}: issued as {sha}, is now {found}" for of in _named(company_id, sha)]
    with reading() as session:
        connection = session.connection()
        versions = connection.scalar(select(func.count()).select_from(_paper)) or 0
        for row in connection.execute(_VERSIONS):
            is_now = "is gone" if row.found is None else f"is now {row.found:,}"
            wrong.append(f"{_name(row)}: issued with {row.size:,} bytes, {is_now}")
        for row in connection.execute(_GAPS):
            wrong.append(f"{row.slug}, {row.kind} {row.subject_id}: a version before is gone")
    return Verified(versions, files, size, tuple(wrong))


def _files() -> Iterator[tuple[str, str, bytes]]:
    after = {"company_id": "", "sha256": ""}
    while True:
        with reading() as session:
            some = session.connection().execute(_FILES, after).all()
        for row in some:
            yield row.company_id, row.sha256, row.content
        if len(some) < _AT_ONCE:
            return
        after = {"company_id": some[-1].company_id, "sha256": some[-1].sha256}


def _named(company_id: str, sha: str) -> list[str]:
    with reading() as session:
        key = {"company_id": company_id, "sha256": sha}
        names = [_name(row) for row in session.connection().execute(_NAMED, key)]
    return names or ["a file of no version"]


def _name(row: object) -> str:
    """``bright-heating, invoice 0190…, version 2``"""
    slug, kind, subject_id, version = (
        getattr(row, name) for name in ("slug", "kind", "subject_id", "version")
    )
    return f"{slug}, {kind} {subject_id}, version {version}"
