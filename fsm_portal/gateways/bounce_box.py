"""The mailbox that reports come back to, by IMAP. What was read is marked as seen, nothing is
deleted."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fsm_portal.config import Settings, settings

TIMEOUT_SECONDS = 20
MOST_AT_ONCE = 100
# A report is a few kilobytes and the head of a letter; what comes after is a picture or worse.
LARGEST = 256 * 1024


class BoxUnavailable(Exception):
    """The mailbox cannot be read now."""


@contextmanager
def unread_mail(using: Settings | None = None) -> Iterator[Iterator[bytes]]:
    """Each mail that was not seen before, the oldest first; seen once the next is asked for.

    Raises BoxUnavailable.
    """
    config = using or settings()
    try:
        box = _open(config)
    except (OSError, imaplib.IMAP4.error) as error:
        raise BoxUnavailable(f"the mailbox cannot be opened: {_reason(error)}") from error
    try:
        yield _each(box)
    except (OSError, imaplib.IMAP4.error) as error:
        raise BoxUnavailable(f"the mailbox cannot be read: {_reason(error)}") from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()


def _open(config: Settings) -> imaplib.IMAP4:
    where = (config.imap_host, config.imap_port)
    box: imaplib.IMAP4
    if config.imap_security == "tls":
        context = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(*where, ssl_context=context, timeout=TIMEOUT_SECONDS)
    else:
        box = imaplib.IMAP4(*where, timeout=TIMEOUT_SECONDS)
    try:
        box.login(config.imap_username, config.imap_password.get_secret_value())
        status, _ = box.select(f'"{config.imap_folder}"')
        if status != "OK":
            raise imaplib.IMAP4.error("there is no such folder")
    except BaseException:
        with suppress(OSError, imaplib.IMAP4.error):
            box.shutdown()
        raise
    return box


def _each(box: imaplib.IMAP4) -> Iterator[bytes]:
    _, found = box.uid("SEARCH", "UNSEEN")
    numbers = found[0].split() if found and isinstance(found[0], bytes) else []
    for number in numbers[:MOST_AT_ONCE]:
        uid = number.decode("ascii")
        _, parts = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        yield raw
        # Only now: whoever dies in between reads it again.
        box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")


def _reason(error: Exception) -> str:
    """What went wrong, never the password: servers answer with the command's name at most."""
    return f"{type(error).__name__}: {error}"[:200]
