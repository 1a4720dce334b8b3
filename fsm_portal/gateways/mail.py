"""Mail by SMTP: sending letters, and the two ways that can fail."""

import select
import smtplib
import ssl
import time
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from fsm_portal.config import Settings, settings
from fsm_portal.gateways.mail_headers import one_line
from fsm_portal.gateways.mail_message import (
    Attachment,
    Letter,
    MailRefused,
    MailUnavailable,
    compose,
)

__all__ = ["Attachment", "Letter", "MailRefused", "MailUnavailable", "Mailer", "send"]

TIMEOUT_SECONDS = 20
# So soon after a letter no server hangs up without a word.
_FRESH_SECONDS = 1.0

# RFC 5321 552 and RFC 1870: this letter is too large, whoever sends it.
_TOO_LARGE = 552
# RFC 4954, 6: no login, a wrong one, too weak a one.
_OUR_LOGIN = frozenset({530, 534, 535, 538})
# Errors that are the server's answer to this one letter: the connection is still good.
_ANSWERS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


def send(letter: Letter, using: Settings | None = None) -> None:
    """Send one letter on a connection of its own. Raises MailRefused or MailUnavailable."""
    with Mailer(using) as mailer:
        mailer.send(letter)


class Mailer:
    """Sends letters over one connection, opened when first needed and again when it is lost."""

    def __init__(self, using: Settings | None = None) -> None:
        self._settings = using or settings()
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0

    def __enter__(self) -> Self:
        return self

    def send(self, letter: Letter) -> None:
        """Send ``letter``. Raises MailRefused or MailUnavailable; either way, go on using this."""
        config = self._settings
        tagged = bool(config.bounce_secret.get_secret_value())
        sealed = compose(letter, config.mail_from, tagged=tagged)
        connection = self._living_connection()
        try:
            connection.sendmail(sealed.sender, [sealed.receiver], sealed.content)
            self._used_at = time.monotonic()
        except (smtplib.SMTPException, OSError) as error:
            if not isinstance(error, _ANSWERS) or not _begins_anew(connection):
                self._connection = None
                connection.close()
            raise _classified(error) from error

    def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _was_just_used(self, connection: smtplib.SMTP) -> bool:
        """Whether it took a letter a moment ago and has said nothing since, not even goodbye."""
        if connection.sock is None or time.monotonic() - self._used_at > _FRESH_SECONDS:
            return False
        return not select.select([connection.sock], [], [], 0)[0]

    def _living_connection(self) -> smtplib.SMTP:
        # Servers hang up on the idle. Asking first costs a round trip and spares the letter a
        # failure that would leave it unknown whether it went out.
        if self._connection is not None and self._was_just_used(self._connection):
            return self._connection
        if self._connection is not None:
            try:
                if self._connection.noop()[0] == 250:
                    return self._connection
            except (smtplib.SMTPException, OSError):
                pass
            self.close()
        try:
            self._connection = _connect(self._settings)
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(f"the mail server cannot be used: {_reason(error)}") from error
        return self._connection


def _connect(config: Settings) -> smtplib.SMTP:
    # Named, because smtplib would otherwise look its own name up in the DNS, for seconds.
    own_name = urlsplit(config.base_url).hostname or "localhost"
    where = (config.smtp_host, config.smtp_port, own_name)
    connection: smtplib.SMTP
    if config.smtp_security == "tls":
        context = ssl.create_default_context()
        connection = smtplib.SMTP_SSL(*where, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(*where, timeout=TIMEOUT_SECONDS)
    try:
        if config.smtp_security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if config.smtp_username:
            connection.login(config.smtp_username, config.smtp_password.get_secret_value())
    except BaseException:
        connection.close()
        raise
    return connection


def _begins_anew(connection: smtplib.SMTP) -> bool:
    """Have the server forget the letter that it did not take. After some refusals smtplib does
    not: the next letter would be one within a letter."""
    try:
        return connection.rset()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _classified(error: Exception) -> MailRefused | MailUnavailable:
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=answers):
            permanent = all(_is_verdict(code, answer) for code, answer in answers.values())
        case smtplib.SMTPSenderRefused(smtp_code=code):
            permanent = code == _TOO_LARGE
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=answer):
            permanent = _is_verdict(code, answer)
        case _:
            permanent = False
    if permanent:
        return MailRefused(f"the mail server refused the letter: {_reason(error)}")
    return MailUnavailable(f"the mail server did not take the letter: {_reason(error)}")


def _is_verdict(code: int, answer: bytes | str) -> bool:
    """Whether an answer is about this letter or its reader; not where the server would take none
    from us, for want of a login or of leave to send elsewhere: that waits for its repair."""
    said = answer if isinstance(answer, bytes) else answer.encode()
    return 500 <= code < 600 and code not in _OUR_LOGIN and b"relay" not in said.lower()


def _reason(error: Exception) -> str:
    """The server's answer as one short line for staff: never what was sent to it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _said(code, answer)
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return one_line(f"{type(error).__name__}: {error}")[:200]


def _said(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {words}")[:200]
