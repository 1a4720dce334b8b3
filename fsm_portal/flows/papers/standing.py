"""What is kept of a paper, and whether the books have moved on since.

The fingerprint is of the rows that the paper is drawn from (see rows). Equal fingerprints are equal
facts; from different ones nothing follows yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.domain.clock import now
from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.identity import Scope, eyes_of
from fsm_portal.flows.papers.rows import ROWS, ROWS_BY
from fsm_portal.gateways.tokens import SessionClaims


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest version kept, 0 where there is none yet; what is ``issued`` may be kept.

    ``seen_at`` is when the one who asks looked at an invoice's PDF last.
    """

    customer_id: str
    number: str
    issued: bool
    fingerprint: str
    version: int
    sha256: str
    facts_sha256: str
    missing: str
    content: bytes
    seen_at: datetime | None
    is_current: bool


def standing(
    session: Session, company_id: str, kind: PaperKind, subject_id: str
) -> Standing | None:
    """How the paper stands at this moment of the database; None where there is no such subject."""
    key = {"company_id": company_id, "subject_id": subject_id, "kind": kind, "by": ""}
    row = session.connection().execute(ROWS[kind], key).first()
    return _read(row) if row is not None else None


def standing_by(
    session: Session, claims: SessionClaims, kind: PaperKind, subject_id: str
) -> tuple[Scope, Standing] | None:
    """The same for the session of a cookie, and whose eyes those are; None as well where it lets
    nobody in.

    In one statement: a kept paper is read in half a millisecond, and each way to PostgreSQL takes
    as long.
    """
    key = {"company_id": claims.company_id, "subject_id": subject_id, "kind": kind}
    by = {"by": claims.session_id, "now": now()}
    row = ROWS_BY[kind].ask(session.connection(), key | by).first
    if row is None:
        return None
    scope, rest = eyes_of(claims.company_id, row)
    return scope, _read(rest)


def _read(row: Sequence[Any]) -> Standing:
    customer_id, number, issued, version, kept, facts, fingerprint, missing, content, *more = row
    seen_at, rows = more
    current = sha256(f"{settings().base_url} {rows}".encode()).hexdigest()
    return Standing(
        customer_id,
        number,
        issued is not None,
        current,
        version or 0,
        kept or "",
        facts or "",
        missing or "",
        content or b"",
        seen_at,
        is_current=version is not None and fingerprint == current,
    )
