"""Reads the mailbox that reports come back to, where there is one."""

import logging

from fsm_portal.config import settings
from fsm_portal.flows.bounced.record import record_reports
from fsm_portal.gateways.bounce_box import unread_mail
from fsm_portal.gateways.bounces import reports_in_mail

_log = logging.getLogger(__name__)


def read_bounces() -> frozenset[str]:
    """Record what came in since the last time; the topics to ring. Raises BoxUnavailable."""
    topics: frozenset[str] = frozenset()
    if not settings().imap_host:
        return topics
    with unread_mail() as mails:
        for raw in mails:
            try:
                reports = reports_in_mail(raw)
            except Exception:
                # Anybody can mail there: one odd mail must not keep the others from being read.
                _log.warning("a mail in the mailbox for reports cannot be read", exc_info=True)
                continue
            topics |= record_reports(reports)
    return topics
