"""Proof that whoever comes back from another site is who was sent there, in the same session.

What Stripe hands back in ``state`` could be anybody's: without this, a link made by a stranger
would connect the stranger's account to the company of whoever presses it (RFC 6749, 10.12).
"""

import hmac
from datetime import datetime

from fsm_portal.domain.clock import now

_KEY = b"fsm-portal errand"


def errand(what: str, session_id: str, until: datetime, secret: str) -> str:
    """A text to send along, good until ``until`` for this session and for ``what`` alone."""
    ends = str(int(until.timestamp()))
    return f"{ends}.{_mark(what, session_id, ends, secret)}"


def is_errand(text: str, what: str, session_id: str, secret: str) -> bool:
    """Whether ``text`` is one that was made for this session, and not over."""
    ends, _, mark = text.partition(".")
    if not (ends.isascii() and ends.isdecimal() and len(ends) <= 12 and mark.isascii()):
        return False
    genuine = hmac.compare_digest(mark, _mark(what, session_id, ends, secret))
    return genuine and int(ends) >= now().timestamp()


def _mark(what: str, session_id: str, ends: str, secret: str) -> str:
    key = hmac.digest(secret.encode(), _KEY, "sha256")
    return hmac.new(key, f"{what}:{session_id}:{ends}".encode(), "sha256").hexdigest()
