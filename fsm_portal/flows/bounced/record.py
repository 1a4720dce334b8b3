"""A report of a letter that did not arrive, onto its work in the outbox, and onto its address.

A report is believed of a letter that we sent, to the address that we sent it to: the Message-ID is
known to nobody but those on its way. Anything else changes nothing. Twice is once, also where the
letter was sent again in between: it is the same letter then, by the same Message-ID.
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, Row, select, update
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.email import same_address
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.mail_address import HeldAddress, HeldBack
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.outbox import OutboxMessage, WorkKind
from fsm_portal.domain.reminder import Reminder
from fsm_portal.domain.sent_letter import SentLetter
from fsm_portal.domain.topic import company_topic, invoice_topic
from fsm_portal.flows.mailing.letter_progress import delivery_of
from fsm_portal.flows.noticing.tell import tell_staff
from fsm_portal.flows.outbox import SAID_BY_NO_MAIL
from fsm_portal.gateways.bounces import Report

_sent = table_of(SentLetter)
_outbox = table_of(OutboxMessage)
_delivery = table_of(InvoiceDelivery)
_reminder = table_of(Reminder)


def record_reports(reports: Iterable[Report]) -> frozenset[str]:
    """Record each; the topics to ring."""
    topics: frozenset[str] = frozenset()
    for report in reports:
        with unit_of_work() as session:
            for row in _letters(session, report):
                topics |= _record(session, row, report)
    return topics


def _letters(session: Session, report: Report) -> list[Row[*tuple[object, ...]]]:
    rows = session.connection().execute(
        select(_sent).where(_sent.c.message_hash == report.message_hash)
    )
    return [row for row in rows if not report.address or same_address(report.address, row.address)]


def _record(session: Session, row: Row[*tuple[object, ...]], report: Report) -> frozenset[str]:
    company_id, address = str(row.company_id), str(row.address)
    connection = session.connection()
    if report.id and not _is_new(connection, row, report):
        return frozenset()
    held = report.gone and insert_once(
        connection,
        HeldAddress,
        {
            "company_id": company_id,
            "address": address,
            "why": HeldBack.COMPLAINT if report.complaint else HeldBack.BOUNCE,
            "said": report.said,
            "letter_key": row.key,
            "held_at": now(),
        },
    )
    # What somebody complains of has arrived.
    lost = not report.complaint and _is_lost(connection, row, report)
    if not held and not lost:
        return frozenset()
    topics = {company_topic(company_id)}
    if row.invoice_id:
        topics.add(invoice_topic(company_id, str(row.invoice_id)))
    return frozenset(topics)


def _is_new(connection: Connection, row: Row[*tuple[object, ...]], report: Report) -> bool:
    """Whether this report was not told before; from now on it was, for as long as notes of work
    are kept. It stands among those as one that is done."""
    whole = f"{row.key} {report.id} {report.complaint}"
    moment = now()
    return insert_once(
        connection,
        OutboxMessage,
        {
            "company_id": row.company_id,
            "key": f"report:{hashlib.sha256(whole.encode()).hexdigest()[:40]}",
            "kind": WorkKind.NOTICE,
            "payload": "{}",
            "created_at": moment,
            "available_at": moment,
            "attempts": 0,
            "settled_at": moment,
        },
    )


def _is_lost(connection: Connection, row: Row[*tuple[object, ...]], report: Report) -> bool:
    """Say of its work that it came to nothing, as if the server had refused at once."""
    moment = now()
    said = f": {report.said}" if report.said else ""
    marked = connection.execute(
        update(_outbox)
        .where(
            _outbox.c.company_id == row.company_id,
            _outbox.c.key == row.key,
            _outbox.c.settled_at.is_not(None),
            _outbox.c.dead_reason.is_(None),
        )
        .values(dead_reason=f"It came back from {row.address}{said}"[:500], settled_at=moment)
        .returning(_outbox.c.key)
    ).first()
    if marked is None:
        return False
    _unsend(connection, row)
    if row.kind not in SAID_BY_NO_MAIL:
        tell_staff(
            connection,
            str(row.company_id),
            NoticeKind.UNDELIVERED,
            str(row.key),
            moment.isoformat(),
        )
    return True


def _unsend(connection: Connection, row: Row[*tuple[object, ...]]) -> None:
    """It was not sent after all; tried again, it leaves again."""
    if row.kind == WorkKind.INVOICE_MAIL:
        connection.execute(
            update(_delivery)
            .where(
                _delivery.c.company_id == row.company_id,
                _delivery.c.id == delivery_of(str(row.key)),
            )
            .values(sent_at=None)
        )
    if row.kind == WorkKind.REMINDER_MAIL:
        _, invoice_id, occasion = str(row.key).split(":", 2)
        connection.execute(
            update(_reminder)
            .where(
                _reminder.c.company_id == row.company_id,
                _reminder.c.invoice_id == invoice_id,
                _reminder.c.occasion == occasion,
            )
            .values(sent_at=None)
        )
