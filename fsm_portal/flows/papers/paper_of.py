"""The paper of an invoice, credit note, payment or refund: what routes hand out, letters attach."""

from hashlib import sha256

from fsm_portal.db import reading
from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.papers.drawing import gather
from fsm_portal.flows.papers.paper import Paper


class NoPaper(LookupError):
    """The company has nothing of that kind and id."""


def paper_of(company_id: str, kind: PaperKind, subject_id: str) -> Paper:
    """The paper as it stands now. For our own letters: nobody's eyes are asked for.

    Not to be called within a unit of work. Raises NoPaper.
    """
    with reading() as session:
        gathered = gather(session, company_id, kind, subject_id)
    if gathered is None:
        raise NoPaper(f"no {kind} {subject_id}")
    content = gathered.draw()
    return Paper(gathered.name, content, sha256(content).hexdigest(), 1 if gathered.issued else 0)
