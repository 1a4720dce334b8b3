"""When a handler of ours raises: the log gets the whole of it, the reader a plain word."""

import logging

from reflex.event import EventSpec

from fsm_portal.ui.toast import Toast

log = logging.getLogger(__name__)


def apologise(exception: Exception) -> EventSpec:
    """For ``rx.App(backend_exception_handler=...)``.

    Reflex's own would send the reader a script to evaluate, with the exception's text in it.
    What is logged is redacted where all lines are (fsm_portal/logs.py).
    """
    log.error("a handler failed", exc_info=exception)
    spec: EventSpec = Toast.apologise()  # type: ignore[operator]
    return spec
