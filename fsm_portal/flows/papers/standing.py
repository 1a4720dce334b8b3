"""What is kept of a paper, and whether the books have moved on since.

The fingerprint is of the rows that the paper is drawn from (see rows). Equal fingerprints are equal
facts; from different ones nothing follows yet.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.papers.rows import ROWS


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
    session: Session, company_id: str, kind: PaperKind, subject_id: str, by: str = ""
) -> Standing | None:
    """How the paper stands at this moment of the database; None where there is no such subject.

    ``by`` is the session of who asks.
    """
    key = {"company_id": company_id, "subject_id": subject_id, "kind": kind}
    if kind is PaperKind.INVOICE:
        key["by"] = by
    row = session.connection().execute(ROWS[kind], key).first()
    if row is None:
        return None
    customer_id, number, issued, version, kept, facts, fingerprint, missing, content, *more = row
    seen_at, rows = more
    now = sha256(f"{settings().base_url} {rows}".encode()).hexdigest()
    return Standing(
        customer_id,
        number,
        issued is not None,
        now,
        version or 0,
        kept or "",
        facts or "",
        missing or "",
        content or b"",
        seen_at,
        is_current=version is not None and fingerprint == now,
    )
