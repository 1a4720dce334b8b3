"""The paper of an invoice, credit note, payment or refund: what routes hand out, letters attach.

Read from what is kept wherever that is still true. Otherwise gathered at one moment of the
database, drawn outside of any unit of work, and kept in one: whoever dies in between has lost
nothing, the next one draws the same. Of two who draw at once the second finds the first one's
version there and looks again.
"""

from hashlib import sha256

from fsm_portal.db import reading
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.paper import MOST_MISSING, PaperKind
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.papers.drawing import Gathered, file_name, gather
from fsm_portal.flows.papers.facts import facts_sha256
from fsm_portal.flows.papers.keep import keep, still_true
from fsm_portal.flows.papers.paper import Paper
from fsm_portal.flows.papers.standing import Standing, standing

# Each that is lost is a version that somebody else kept meanwhile.
_TRIES = 20


class NoPaper(LookupError):
    """The company has nothing of that kind and id; or none that these eyes may see."""


def paper_of(company_id: str, kind: PaperKind, subject_id: str) -> Paper:
    """The paper as it stands now. For our own letters: nobody's eyes are asked for.

    Not to be called within a unit of work, for it may begin one, nor within one moment of the
    database, where what others keep meanwhile is not seen. Raises NoPaper.
    """
    return _paper(company_id, kind, subject_id, None)


def paper_for(scope: Scope, kind: PaperKind, subject_id: str) -> Paper | None:
    """The paper as it stands now, for eyes that may see it; None for any other."""
    if not is_id(subject_id):
        return None
    try:
        return _paper(scope.company_id, kind, subject_id, scope)
    except NoPaper:
        return None


def may_see(scope: Scope, found: Standing) -> bool:
    """Staff see their company's papers, a customer his own once they are issued."""
    if scope.audience == "staff":
        return True
    return scope.customer_id == found.customer_id and found.issued


def kept(kind: PaperKind, found: Standing) -> Paper:
    """The latest version, as it lies there."""
    name = file_name(kind, found.number)
    return Paper(name, found.content, found.sha256, found.version, found.missing)


def _paper(company_id: str, kind: PaperKind, subject_id: str, scope: Scope | None) -> Paper:
    for _ in range(_TRIES):
        with reading() as session:
            found = standing(session, company_id, kind, subject_id)
            if found is None or (scope is not None and not may_see(scope, found)):
                raise NoPaper(f"no {kind} {subject_id}")
            if found.is_current:
                return kept(kind, found)
            gathered = gather(session, company_id, kind, subject_id)
        if not found.issued:
            return _drawn(gathered, 0)
        facts = facts_sha256(gathered.document)
        if facts == found.facts_sha256:
            still_true(company_id, kind, subject_id, found.version, found.fingerprint)
            return kept(kind, found)
        paper = _drawn(gathered, found.version + 1)
        if keep(company_id, kind, subject_id, paper, facts, found.fingerprint):
            return paper
    raise RuntimeError(f"{kind} {subject_id} changed faster than it could be drawn")


def _drawn(gathered: Gathered, version: int) -> Paper:
    drawn = gathered.draw()
    return Paper(
        gathered.name,
        drawn.content,
        sha256(drawn.content).hexdigest(),
        version,
        "".join(drawn.missing)[:MOST_MISSING],
        is_new=version > 0,
    )
