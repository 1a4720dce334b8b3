"""The letter that tells a member of staff of something that needs a hand."""

from dataclasses import dataclass

from fsm_portal.gateways.letter_page import Company, Reader, written
from fsm_portal.gateways.mail_message import Letter


@dataclass(frozen=True, slots=True)
class StaffNotice:
    """``title`` and ``text`` say what happened, ``button`` and ``link`` lead to where something
    can be done about it.

    ``about`` names the kind, "payments that failed"; ``settings`` is where it can be muted.
    """

    key: str
    title: str
    text: str
    button: str
    link: str
    about: str
    settings: str


def notice_letter(company: Company, reader: Reader, notice: StaffNotice) -> Letter:
    """The notice for ``reader``, who works at ``company``."""
    return written("notice", company, reader, key=notice.key, values={"notice": notice})
