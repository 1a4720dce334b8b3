"""The letters that have arrived since a test began."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import httpx

from fsm_portal.flows.work_outbox import work_one
from tests.mail_process import MailCatcher, Message
from tests.sandbox_process import PLAIN


class Postbox:
    """What the mail catcher holds, less what was there before."""

    def __init__(self, catcher: MailCatcher) -> None:
        self._catcher = catcher
        self._before = catcher.newest()

    def letters(self, to: str | None = None) -> list[Message]:
        """Oldest first."""
        return self._catcher.messages(to, after=self._before)[::-1]

    def only_letter(self, to: str | None = None) -> Message:
        """The one letter there is."""
        (letter,) = self.letters(to)
        return letter

    def attachment(self, letter: Message) -> bytes:
        """The letter's first attachment."""
        return self._catcher.attachment(letter, 0)

    def headers(self, letter: Message) -> EmailMessage:
        """The letter as it came over the wire."""
        raw = httpx.get(f"{self._catcher.http_url}/api/messages/{letter['id']}/raw", **PLAIN)
        return message_from_bytes(raw.content, policy=default)


def token_in(letter: Message) -> str:
    """The token of the sign-in link in a letter."""
    (token,) = {match for link in letter["links"] for match in re.findall(r"/sign-in/(.+)", link)}
    return str(token)


def work_off_everything(work: Callable[[], frozenset[str] | None] = work_one) -> frozenset[str]:
    """Do all that is due in the outbox, as a worker would; the topics it would ring."""
    topics: frozenset[str] = frozenset()
    while (rung := work()) is not None:
        topics |= rung
    return topics
