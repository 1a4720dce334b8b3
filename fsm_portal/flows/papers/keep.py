"""A version that was drawn is kept, once, whoever else draws it at the same moment."""

from sqlalchemy import update

from fsm_portal.db import writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.paper import PaperContent, PaperKind, StoredPaper
from fsm_portal.flows.papers.paper import Paper

_paper = table_of(StoredPaper)


class _CameLater(Exception):
    """Another one is that version already."""


def keep(
    company_id: str, kind: PaperKind, subject_id: str, paper: Paper, facts: str, fingerprint: str
) -> bool:
    """Whether ``paper`` is that version now. False: somebody else's became it first."""
    version = {
        "company_id": company_id,
        "kind": kind,
        "subject_id": subject_id,
        "version": paper.version,
        "sha256": paper.sha256,
        "facts_sha256": facts,
        "fingerprint": fingerprint,
        "size": len(paper.content),
        "missing": paper.missing,
        "drawn_at": now(),
    }
    file = {"company_id": company_id, "sha256": paper.sha256, "content": paper.content}
    try:
        with writing() as connection:
            insert_once(connection, PaperContent, file)
            if not insert_once(connection, StoredPaper, version):
                # Rolled back: no version would name the file.
                raise _CameLater
    except _CameLater:
        return False
    return True


def still_true(
    company_id: str, kind: PaperKind, subject_id: str, version: int, fingerprint: str
) -> None:
    """Note that the rows changed and the paper did not: the next reader need not look."""
    with writing() as connection:
        connection.execute(
            update(_paper)
            .where(
                _paper.c.company_id == company_id,
                _paper.c.kind == kind,
                _paper.c.subject_id == subject_id,
                _paper.c.version == version,
            )
            .values(fingerprint=fingerprint)
        )
