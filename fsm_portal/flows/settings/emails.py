"""The section Emails: how a company begins its letters, in each language, and where none are sent.

What it writes is text with slots, ``{number}``; nothing in it is run. The rest of a letter, its
amounts, its button and what has to stand in it, is ours.
"""

import re
from dataclasses import dataclass
from functools import cache

from sqlalchemy import delete, select
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.email import folded
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.mail_address import HeldAddress, HeldBack
from fsm_portal.domain.mail_text import LONGEST_TEXT, MailText, TextKind
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.mailing.shown_letter import ShownLetter, shown
from fsm_portal.flows.settings.checks import lines
from fsm_portal.flows.settings.keep import NOT_YOURS, CannotKeep
from fsm_portal.flows.settings.sample_letter import sample_letter
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways.languages import LANGUAGES, language_of
from fsm_portal.gateways.letter_words import slots_of, words_in
from fsm_portal.gateways.locales import locale_name
from fsm_portal.gateways.recent import recently

_text = table_of(MailText)
_held = table_of(HeldAddress)
_MOST_HELD = 50

KINDS: tuple[tuple[TextKind, str], ...] = (
    (TextKind.INVOICE, "Invoice"),
    (TextKind.REMINDER_SOON, "Reminder before the due date"),
    (TextKind.REMINDER_TODAY, "Reminder on the due date"),
    (TextKind.REMINDER_LATE, "Reminder after the due date"),
    (TextKind.RECEIPT, "Receipt"),
    (TextKind.REFUND, "Refund"),
    (TextKind.FAILED, "Payment that failed later"),
)
_OURS = {
    TextKind.INVOICE: "invoice.opening",
    TextKind.REMINDER_SOON: "reminder.opening_soon",
    TextKind.REMINDER_TODAY: "reminder.opening_today",
    TextKind.REMINDER_LATE: "reminder.opening_late",
    TextKind.RECEIPT: "receipt.opening",
    TextKind.REFUND: "refund.opening",
    TextKind.FAILED: "failed.opening",
}
_ALWAYS = ("company", "contact", "customer", "number", "amount")
_ABOUT_DAYS = {
    TextKind.INVOICE: ("due_date",),
    TextKind.REMINDER_SOON: ("due_date", "how_far"),
    TextKind.REMINDER_TODAY: ("due_date",),
    TextKind.REMINDER_LATE: ("due_date", "how_far"),
}
_check = lines("The text", LONGEST_TEXT)
_BRACE, _WHOLE_SLOT = re.compile(r"[{}]"), re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class HeldRow:
    """An address that nothing is mailed to, and why."""

    address: str
    why: str


@dataclass(frozen=True)
class EmailsView:
    """``written`` names what the company has written itself: ``Invoice (English)``."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    written: tuple[str, ...] = ()
    held: tuple[HeldRow, ...] = ()
    more: str = ""


@dataclass(frozen=True)
class OpenText:
    """One text as it is open to be changed. ``language`` is the one that was asked for, or the
    company's own; ``ours`` stands there as long as ``words`` are empty."""

    kind: str
    language: str
    words: str
    ours: str
    slots: str


def show_emails(scope: Scope) -> EmailsView:
    """Raises NotStaff for no staff's eyes."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return EmailsView(desk, loaded=True)
        texts = session.connection().execute(
            select(_text.c.kind, _text.c.language).where(_text.c.company_id == company.id)
        )
        there = {(row.kind, row.language) for row in texts}
        held = (
            session.connection()
            .execute(
                select(_held)
                .where(_held.c.company_id == company.id)
                .order_by(_held.c.held_at.desc(), _held.c.address)
                .limit(_MOST_HELD + 1)
            )
            .all()
        )
    return EmailsView(
        desk,
        loaded=True,
        allowed=True,
        written=tuple(
            f"{name} ({language_name(language)})"
            for kind, name in KINDS
            for language in LANGUAGES
            if (kind, language) in there
        ),
        held=tuple(
            HeldRow(
                row.address,
                f"{'Reported as unwanted' if row.why is HeldBack.COMPLAINT else 'Refused'}"
                f" {recently(row.held_at, company.time_zone, company.locale, now())}"
                f"{': ' + row.said if row.said else ''}",
            )
            for row in held[:_MOST_HELD]
        ),
        more="And more." if len(held) > _MOST_HELD else "",
    )


@cache
def language_name(language: str) -> str:
    """As its people call it."""
    return locale_name(language)


def languages() -> list[tuple[str, str]]:
    """(tag, name) of each that letters are written in."""
    return sorted(((tag, language_name(tag)) for tag in LANGUAGES), key=lambda each: each[1])


def open_text(scope: Scope, kind: object, language: object) -> OpenText:
    """What the company begins such a letter with. Anything that is no kind or language is the
    first one."""
    chosen = next((each for each, _ in KINDS if each == kind), TextKind.INVOICE)
    with reading() as session:
        company, _ = staff_desk(session, scope)
        tag = str(language) if language in LANGUAGES else language_of(company.locale)
        present = session.get(MailText, (company.id, chosen, tag))
        return OpenText(
            chosen.value,
            tag,
            present.words if present else "",
            words_in(tag)[_OURS[chosen]],
            " ".join(f"{{{slot}}}" for slot in slots_for(chosen)),
        )


def slots_for(kind: TextKind) -> tuple[str, ...]:
    """What may be put into a text of this kind, by its name in braces."""
    return (*_ALWAYS, *_ABOUT_DAYS.get(kind, ()))


def preview(scope: Scope, kind: TextKind, language: str, words: str) -> ShownLetter:
    """The letter with ``words`` in it. Raises ValueError with a sentence for whoever typed them."""
    words = checked(kind, words)
    with reading() as session:
        company, _ = staff_desk(session, scope)
        return shown(sample_letter(company, kind, language, words))


def checked(kind: TextKind, words: str) -> str:
    """The text as it is kept. Raises ValueError."""
    words = _check(words)
    unknown = sorted(slots_of(words) - set(slots_for(kind)))
    if unknown:
        known = ", ".join(f"{{{slot}}}" for slot in slots_for(kind))
        raise ValueError(f"{{{unknown[0]}}} is not known here. You can use {known}.")
    if _BRACE.search(_WHOLE_SLOT.sub("", words)):
        raise ValueError("A brace stands alone. What is put in is written like {number}.")
    return words


def keep_text(who: Identity, kind: TextKind, language: str, typed: str, before: str) -> OpenText:
    """Keep what was typed where ``before`` stood; empty for our words again.

    Raises CannotKeep; where somebody else changed it meanwhile, their words are kept.
    """
    if not who.may(May.CHANGE_SETTINGS):
        raise CannotKeep({"": NOT_YOURS})
    if language not in LANGUAGES:
        raise CannotKeep({"": "There are no letters in this language."})
    try:
        words = checked(kind, typed)
    except ValueError as error:
        raise CannotKeep({"words": str(error)}) from error
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id, with_for_update={"key_share": True})
        present = session.get(MailText, (company.id, kind, language), with_for_update=True)
        was = present.words if present else ""
        if was not in (before, words):
            raise CannotKeep(
                {
                    "words": "Somebody else has changed this text meanwhile. "
                    "Save again to have yours instead."
                },
                {"words": was},
            )
        if words != was:
            _put(session, company, kind, language, words, present)
            name = dict(KINDS)[kind]
            write_down(
                session,
                who,
                Deed.CHANGED_SETTINGS,
                about="company",
                about_id=company.id,
                words=f"Emails: {name} ({language_name(language)}) changed",
            )
    return open_text(who.scope, kind, language)


def release_address(who: Identity, address: object) -> frozenset[str]:
    """Mail this address again from now on; the topics to ring. Raises CannotKeep."""
    if not who.may(May.CHANGE_SETTINGS):
        raise CannotKeep({"": NOT_YOURS})
    if not isinstance(address, str):
        return frozenset()
    with unit_of_work() as session:
        gone = session.connection().execute(
            delete(_held)
            .where(_held.c.company_id == who.company_id, _held.c.address == folded(address))
            .returning(_held.c.address)
        )
        released = gone.scalar()
        if released is not None:
            write_down(
                session,
                who,
                Deed.CHANGED_SETTINGS,
                about="company",
                about_id=who.company_id,
                words=f"Emails: {released} is mailed again",
            )
    return frozenset({company_topic(who.company_id)})


def _put(
    session: Session,
    company: Company,
    kind: TextKind,
    language: str,
    words: str,
    present: MailText | None,
) -> None:
    if not words:
        session.delete(present)
        return
    row = present or MailText(company_id=company.id, kind=kind, language=language, words="")
    row.words, row.changed_at = words, now()
    session.add(row)
