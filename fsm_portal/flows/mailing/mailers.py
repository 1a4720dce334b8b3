"""The connection to the mail server: one for each thread that sends, kept from letter to letter."""

import threading

from fsm_portal.config import settings
from fsm_portal.gateways.mail import Mailer

_kept = threading.local()


def mailer() -> Mailer:
    """This thread's; a new one where the settings have become others."""
    current: Mailer | None = getattr(_kept, "mailer", None)
    if current is None or _kept.settings is not settings():
        hang_up()
        _kept.settings = settings()
        current = _kept.mailer = Mailer(_kept.settings)
    return current


def hang_up() -> None:
    """Close this thread's connection; the next letter opens another."""
    current: Mailer | None = getattr(_kept, "mailer", None)
    _kept.mailer = None
    if current is not None:
        current.close()
