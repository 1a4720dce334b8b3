"""Log lines that a person or a machine can read, and that give no secret away.

Everything that is logged anywhere in the process goes through one formatter, which replaces
secrets, addresses and card numbers in the finished line, so it does not matter whether they came
in a message, an argument, a request line or a traceback.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from fsm_portal.config import Settings

# Loggers that would write by themselves, past our handler.
_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "reflex", "alembic")
# Chatty about every request that they make or frame that they move.
# Setting a level also keeps engineio and socketio from adding handlers of their own.
_QUIET = (
    "httpx",
    "httpcore",
    "stripe",
    "engineio.server",
    "socketio.server",
    "mail.log",
    "fontTools",
    "asyncio",
)

_RULES = [
    # Stripe keys and webhook secrets: sk_test_…, rk_live_…, whsec_…, and client secrets.
    (re.compile(r"\b((?:sk|rk|pk)_(?:test|live)_|whsec_)[A-Za-z0-9]+"), r"\1[redacted]"),
    (re.compile(r"\b(\w+_secret_)[A-Za-z0-9]+"), r"\1[redacted]"),
    # Signed tokens: three parts of base64url, the first of which begins with {" in base64.
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "[token]"),
    # 256 random bits in base64url: what our own links and sessions are made of, wherever it stands.
    (re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])"), "[token]"),
    # A sign-in link is a key to an account.
    (re.compile(r"(/sign-in/)[^\s/?#\"'&<>]+"), r"\1[token]"),
    # The socket's address carries the tab's token; other addresses may carry the like.
    (
        re.compile(r"(?i)([?&](?:token|code|state|key|secret|password|session_id)=)[^\s&\"'#<>]+"),
        r"\1[token]",
    ),
    # Cookies, however they are spelled: a header line, a dict of headers, a list of pairs.
    (
        re.compile(
            r"(?i)(\b(?:set-cookie|cookie|authorization|stripe-signature)\b\\*[\"']?\s*[:=,]\s*b?)"
            r"(\\\".*?\\\"|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\r\n]*)"
        ),
        r"\1[redacted]",
    ),
    (re.compile(r"(\bfsm_[a-z_]+=)[^\s;,\"']+"), r"\1[redacted]"),
    (re.compile(r"(?i)((?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}"), r"\1[redacted]"),
    # A password within an address of a database or a mail server.
    (re.compile(r"(\b[A-Za-z][\w+.-]{0,30}://[^\s:/@]*:)[^\s@/]+(@)"), r"\1[redacted]\2"),
    # The first letter and the domain are enough to find the person again.
    (
        re.compile(r"\b([A-Za-z0-9])[A-Za-z0-9._%+\-]{0,63}@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})"),
        r"\1…@\2",
    ),
]
# A client decides how long some lines are: what it sent may stand in them, and every rule goes
# through all of it. The first and the last lines of a trace say the most.
_LONGEST, _FIRST_LINES, _LAST_LINES = 4000, 100, 300
_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")


def redacted(text: str) -> str:
    """``text`` without secrets, sign-in tokens, mail addresses and card numbers, and cut where it
    is too long for a log."""
    text = _shortened(text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _DIGITS.sub(_without_card_number, text)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    lines = text.split("\n")
    if len(lines) > _FIRST_LINES + _LAST_LINES:
        lines[_FIRST_LINES:-_LAST_LINES] = ["[…]"]
    return "\n".join(map(_cut, lines))


def _cut(line: str) -> str:
    """At a blank: of half a secret no rule would know that it is one."""
    if len(line) <= _LONGEST:
        return line
    return line[:_LONGEST].rpartition(" ")[0] + f" [… {len(line):,} characters]"


def _without_card_number(found: re.Match[str]) -> str:
    digits = [int(character) for character in found.group() if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    is_card = (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
    return f"[card …{found.group()[-4:]}]" if is_card else found.group()


class WithoutRoutine(logging.Filter):
    """Drops the server's lines about files, probes and sockets that went well."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = _message(record)
        if line in {"connection open", "connection closed"}:
            return False
        routine = any(f" {path}" in line for path in ("/assets/", "/fonts/", "/healthz", "/readyz"))
        return not (routine and line.endswith((" 200", " 304")))


class TextLines(logging.Formatter):
    """``2026-11-21T20:55:04Z INFO  fsm_portal.worker  text``, tracebacks below."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_moment(record)} {record.levelname:<7} {_name(record)}  {_message(record)}"
        return redacted(head + (f"\n{trace}" if (trace := _trace(self, record)) else ""))


class JsonLines(logging.Formatter):
    """One object a line: ``at``, ``level``, ``logger``, ``message``, and ``trace`` if any."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": _name(record),
            "message": redacted(_message(record)),
        }
        if trace := _trace(self, record):
            line["trace"] = redacted(trace)
        return json.dumps(line, ensure_ascii=False)


def _name(record: logging.LogRecord) -> str:
    # uvicorn calls the logger for everything but requests so, errors or not.
    return "uvicorn" if record.name == "uvicorn.error" else record.name


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        # A wrong number of arguments must not cost us the line.
        return f"{record.msg} {record.args}"


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    parts = []
    if record.exc_info and record.exc_info[0]:
        parts.append(formatter.formatException(record.exc_info))
    if record.stack_info:
        parts.append(formatter.formatStack(record.stack_info))
    return "\n".join(parts)


class _StandardError(logging.StreamHandler[TextIO]):
    """Whatever standard error is at the moment of the line: test runners and daemons change it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Sends every log record of this process to ``stream``, by default standard error, redacted.

    Safe to call again: the last call counts.
    """
    handler = logging.StreamHandler(stream) if stream else _StandardError()
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    logging.captureWarnings(True)
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name in _OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in ("uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).filters[:] = [WithoutRoutine()]
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
