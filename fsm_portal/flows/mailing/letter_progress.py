"""How far an invoice's letter has come: read off its delivery and its work in the outbox.

"Sent" is said once the mail server has taken it, and not before.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, literal

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.gateways.recent import recently

_delivery = table_of(InvoiceDelivery)
_outbox = table_of(OutboxMessage)

# ``retrying`` was turned away and waits to be tried again, ``failed`` was given up.
Progress = Literal["waiting", "sending", "retrying", "failed", "sent"]

_WORDS: dict[Progress, str] = {
    "waiting": "Waiting to be sent",
    "sending": "Sending",
    "retrying": "Waiting to be sent",
    "failed": "Could not be delivered",
    "sent": "Sent",
}
_KEY = "invoice-mail:"

# What a statement selects for `progress_of` to read.
PROGRESS = (
    _delivery.c.email,
    _delivery.c.sent_at,
    _outbox.c.attempts,
    _outbox.c.leased_until,
    _outbox.c.dead_reason,
)


@dataclass(frozen=True)
class LetterView:
    """An invoice's last letter in a few words, ``Sent 9:03 AM``, and with the address it goes to,
    ``Sent to dana@harborview.example, 9:03 AM``. No letter, no words."""

    progress: Progress | Literal[""] = ""
    words: str = ""
    in_full: str = ""


NO_LETTER = LetterView()


def letter_key(delivery_id: str) -> str:
    """The key under which the letter of one delivery stands in the outbox."""
    return _KEY + delivery_id


def delivery_of(key: str) -> str:
    """The delivery whose letter has this key."""
    return key.removeprefix(_KEY)


def its_work() -> ColumnElement[bool]:
    """Joins deliveries to their work in the outbox; an outer join, for work is cleared away."""
    return and_(
        _outbox.c.company_id == _delivery.c.company_id,
        _outbox.c.key == literal(_KEY) + _delivery.c.id,
    )


def progress_of(row: Row[*tuple[Any, ...]]) -> Progress:
    """How far the letter of a row with the columns ``PROGRESS`` has come."""
    if row.sent_at is not None:
        return "sent"
    if row.dead_reason is not None:
        return "failed"
    if row.leased_until is not None and row.leased_until > now():
        return "sending"
    return "retrying" if row.attempts else "waiting"


def letter_view(row: Row[*tuple[Any, ...]], company: Company) -> LetterView:
    """The letter of such a row in words."""
    progress = progress_of(row)
    words = _WORDS[progress]
    if progress == "sent":
        at = recently(row.sent_at, company.time_zone, company.locale, now())
        return LetterView(progress, f"{words} {at}", f"{words} to {row.email}, {at}")
    to = ":" if progress == "failed" else " to"
    return LetterView(progress, words, f"{words}{to} {row.email}")
