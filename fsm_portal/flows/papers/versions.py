"""The versions of a paper that were issued: staff look at what the customer was handed before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.paper import PaperContent, PaperKind, StoredPaper
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.papers.drawing import file_name
from fsm_portal.flows.papers.paper import Paper
from fsm_portal.flows.papers.standing import standing

_paper = table_of(StoredPaper)
_content = table_of(PaperContent)
_OF_SUBJECT = (
    _paper.c.company_id == bindparam("company_id"),
    _paper.c.kind == bindparam("kind"),
    _paper.c.subject_id == bindparam("subject_id"),
)
_ALL = (
    select(_paper.c.version, _paper.c.sha256, _paper.c.size, _paper.c.missing, _paper.c.drawn_at)
    .where(*_OF_SUBJECT)
    .order_by(_paper.c.version.desc())
)
_ONE = (
    select(_paper.c.sha256, _paper.c.missing, _content.c.content)
    .join(
        _content,
        (_content.c.company_id == _paper.c.company_id) & (_content.c.sha256 == _paper.c.sha256),
    )
    .where(*_OF_SUBJECT, _paper.c.version == bindparam("version"))
)


@dataclass(frozen=True)
class Version:
    """``drawn_at`` is UTC, ``size`` in bytes."""

    version: int
    sha256: str
    size: int
    missing: str
    drawn_at: datetime


def versions_of(
    session: Session, company_id: str, kind: PaperKind, subject_id: str
) -> list[Version]:
    """Every version that is kept, the newest first."""
    key = {"company_id": company_id, "kind": kind, "subject_id": subject_id}
    return [Version(*row) for row in session.connection().execute(_ALL, key)]


def version_for(scope: Scope, kind: PaperKind, subject_id: str, version: int) -> Paper | None:
    """One version as it was issued, for staff of the company; None for anybody else."""
    if scope.audience != "staff" or not is_id(subject_id):
        return None
    key = {"company_id": scope.company_id, "kind": kind, "subject_id": subject_id}
    with reading() as session:
        row = session.connection().execute(_ONE, key | {"version": version}).first()
        found = standing(session, scope.company_id, kind, subject_id) if row else None
    if row is None or found is None:
        return None
    name = file_name(kind, f"{found.number} (version {version})")
    return Paper(name, row.content, row.sha256, version, row.missing)
