"""Somebody opens a paper: whoever the cookies say it is, one piece of work from cookie to bytes."""

from collections.abc import Iterable
from dataclasses import dataclass

from fsm_portal.db import look_ups, reading
from fsm_portal.domain.company_scope import within
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.identity import Identity, claims_of, who_is
from fsm_portal.flows.invoicing.note_open import is_one_visit, note_pdf_seen
from fsm_portal.flows.papers.paper import Paper
from fsm_portal.flows.papers.paper_of import kept, may_see, paper_for
from fsm_portal.flows.papers.standing import standing_by
from fsm_portal.flows.papers.versions import version_for


@dataclass(frozen=True)
class Opened:
    """``paper`` is None where there is none, or none for these eyes; ``topics`` are to be rung."""

    signed_in: bool
    paper: Paper | None = None
    topics: frozenset[str] = frozenset()


def open_paper(
    cookies: Iterable[str], kind: PaperKind, subject_id: str, *, looks: bool = True
) -> Opened:
    """The paper as it stands now. ``looks``: it is shown to a person, which is noted."""
    cookies = list(cookies)
    with look_ups():
        paper = _kept(cookies, kind, subject_id, looks=looks)
        if paper is not None:
            return Opened(True, paper)
        people = _behind(cookies)
    who, paper = _drawn(people, kind, subject_id)
    if who is None or paper is None:
        return Opened(bool(people))
    topics = frozenset[str]()
    if looks and kind is PaperKind.INVOICE and who.audience == "customer":
        with within(who.company_id):
            topics |= note_pdf_seen(who, subject_id)
    if paper.is_new:
        topics |= {company_topic(who.company_id)}
    return Opened(True, paper, topics)


def open_version(cookies: Iterable[str], kind: PaperKind, subject_id: str, version: int) -> Opened:
    """The paper as it was issued once, for staff."""
    people = _behind(cookies)
    for who in people:
        with within(who.company_id):
            paper = version_for(who.scope, kind, subject_id, version)
        if paper is not None:
            return Opened(True, paper)
    return Opened(bool(people))


def _behind(cookies: Iterable[str]) -> list[Identity]:
    return [who for cookie in cookies if (who := who_is(cookie)) is not None]


def _kept(cookies: Iterable[str], kind: PaperKind, subject_id: str, *, looks: bool) -> Paper | None:
    """The paper where what is kept is true and there is nothing to note: mostly so, and then one
    statement says who asks, that they may see it, and what it is."""
    if not is_id(subject_id):
        return None
    with reading() as session:
        for claims in filter(None, map(claims_of, cookies)):
            seen = standing_by(session, claims, kind, subject_id)
            if seen is None or not may_see(*seen):
                continue
            scope, found = seen
            theirs = looks and kind is PaperKind.INVOICE and scope.audience == "customer"
            is_noted = not theirs or is_one_visit(found.seen_at)
            return kept(kind, found) if found.is_current and is_noted else None
    return None


def _drawn(
    people: list[Identity], kind: PaperKind, subject_id: str
) -> tuple[Identity | None, Paper | None]:
    # Each with a look of its own at the database: drawing takes longer than a moment of it.
    for who in people:
        with within(who.company_id):
            paper = paper_for(who.scope, kind, subject_id)
        if paper is not None:
            return who, paper
    return None, None
