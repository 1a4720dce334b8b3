"""Keeps what was typed into a section of the settings, and overwrites nobody silently.

A form brings back what it showed when it was opened. A field that its reader left alone stays as
the company has it now. One that was changed by somebody else meanwhile, and here too, is kept as
they have it; the reader is told beside the field, and the next press is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.settings.section import Section
from fsm_portal.flows.signing_up.setup import step_is_done

NOT_YOURS = "Your role cannot change settings. Ask an owner or an admin to do it."
_LONGEST_IN_WORDS = 60


class CannotKeep(Exception):
    """Nothing was kept. ``problems``: a sentence for each field; ``""`` is about none.

    ``basis`` is what the form has to bring back the next time.
    """

    def __init__(self, problems: Mapping[str, str], basis: Mapping[str, str] | None = None) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems, self.basis = dict(problems), dict(basis or {})


@dataclass(frozen=True)
class Kept:
    """``basis`` is what the fields hold now, ``changed`` whether anything is different."""

    basis: Mapping[str, str]
    topics: frozenset[str]
    changed: bool


def keep(
    who: Identity, section: Section, typed: Mapping[str, str], before: Mapping[str, str]
) -> Kept:
    """Keep what was ``typed`` into a form that showed ``before``, all of it or nothing.

    Raises CannotKeep.
    """
    if not who.may(May.CHANGE_SETTINGS):
        raise CannotKeep({"": NOT_YOURS})
    seen: Mapping[str, Any] = {}
    if section.look is not None:
        with reading() as session:
            seen = section.look(session, session.get_one(Company, who.company_id), typed)
    with unit_of_work() as session:
        # The key stays free: whatever is written meanwhile refers to the company.
        company = session.get_one(Company, who.company_id, with_for_update={"key_share": True})
        changed = _apply(session, who, company, section, typed, before, seen)
        step_is_done(session, who, company, section.part)
        topics = {company_topic(company.id)} if changed or company.set_up_at is None else set()
        if changed and section.follow is not None:
            topics |= section.follow(session, company, changed)
        return Kept(section.texts(company), frozenset(topics), changed=bool(changed))


def _apply(
    session: Session,
    who: Identity,
    company: Company,
    section: Section,
    typed: Mapping[str, str],
    before: Mapping[str, str],
    seen: Mapping[str, Any],
) -> dict[str, str]:
    """Put it on the locked row; what was changed, as text. Raises CannotKeep."""
    values, changes, problems, basis = _merged(company, section, typed, before)
    if not problems and changes and section.judge is not None:
        problems = section.judge(session, company, values, changes, seen)
    if problems:
        raise CannotKeep(problems, basis)
    for name in changes:
        setattr(company, section.settings[name].column, values[name])
    session.add(company)
    session.flush()
    if changes:
        words = "; ".join(_told(section, name, *changes[name]) for name in changes)
        write_down(
            session,
            who,
            Deed.CHANGED_SETTINGS,
            about="company",
            about_id=company.id,
            words=f"{section.name}: {words}",
        )
    return {name: new for name, (_, new) in changes.items()}


def _merged(
    company: Company, section: Section, typed: Mapping[str, str], before: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, tuple[str, str]], dict[str, str], dict[str, str]]:
    """Every value as it will be, what is different (old and new text), what is wrong, and the next
    basis."""
    present = section.texts(company)
    values: dict[str, Any] = {
        name: getattr(company, setting.column) for name, setting in section.settings.items()
    }
    changes: dict[str, tuple[str, str]] = {}
    problems: dict[str, str] = {}
    basis = present | {name: before[name] for name in present if name in before}
    for name, setting in section.settings.items():
        given = typed.get(name, "").replace("\r\n", "\n")
        if given == present[name]:
            continue
        try:
            value = setting.check(given)
            text = setting.words(value)
        except ValueError as error:
            problems[name] = str(error)
            continue
        was = before.get(name, present[name])
        if text == present[name] or (text == was != present[name]):
            continue
        if was != present[name]:
            problems[name] = (
                f"Somebody else changed this to {_short(present[name])} meanwhile. "
                "Save again to have yours instead."
            )
            basis[name] = present[name]
            continue
        changes[name], values[name] = (present[name], text), value
    return values, changes, problems, basis


def _told(section: Section, name: str, old: str, new: str) -> str:
    label = section.settings[name].label
    if "\n" in old + new or max(len(old), len(new)) > _LONGEST_IN_WORDS:
        return f"{label} changed"
    if {old, new} <= {"", "on"}:
        return f"{label} {'on' if new else 'off'}"
    return f"{label} {_short(old)} to {_short(new)}"


def _short(text: str) -> str:
    if not text:
        return "nothing"
    one = " ".join(text.split())
    return f"“{one[:_LONGEST_IN_WORDS]}{'…' if len(one) > _LONGEST_IN_WORDS else ''}”"
