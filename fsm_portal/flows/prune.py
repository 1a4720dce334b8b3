"""What nobody needs any more is removed, in units of work so short that nobody waits for them.

Not removed, however old: work that was given up and refunds (staff look at them), events that wait
for their cause or contradict our books, and the ids of all events, so that one which Stripe sends
again is still a duplicate. Notes of work go whole, and its keys with them: a receipt is queued
with the payment's row and a letter with its delivery's, which stay and come once; fees looked up
again are the same fees; a link that was asked for has a key of ten minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.sql import Delete, Update

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.import_run import ImportRun
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.outbox import OutboxMessage, WorkKind
from fsm_portal.domain.sent_letter import SentLetter
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.importing.uploads import KEPT
from fsm_portal.flows.signing_up.forget import forget_unconfirmed

_outbox = table_of(OutboxMessage)
_session = table_of(LoginSession)
_link = table_of(LoginLink)
_event = table_of(StripeEvent)
_letter = table_of(SentLetter)
_import = table_of(ImportRun)

# A unit of work takes about ten milliseconds: SQLite has one writer, and webhooks need it.
BATCH = 200


@dataclass(frozen=True)
class Pruned:
    """How many rows went, and of how many events the text."""

    outbox: int = 0
    sessions: int = 0
    links: int = 0
    event_texts: int = 0
    sign_ups: int = 0
    uploads: int = 0
    letters: int = 0

    def __str__(self) -> str:
        told = (
            f"Pruned {self.outbox} notes of work, {self.sessions} sign-ins, {self.links} links "
            f"and the text of {self.event_texts} events"
        )
        if self.letters:
            told += f", {self.letters} notes of letters"
        if self.uploads:
            told += f", {self.uploads} uploaded files"
        return f"{told}, and {self.sign_ups} sign-ups" if self.sign_ups else told


def prune(should_stop: Callable[[], bool] = lambda: False) -> Pruned:
    """Remove what is older than the settings' ``keep_..._days``. Safe to run twice at once.

    ``should_stop`` is asked between the batches; what is left then, the next time finds.
    """
    config, moment = settings(), now()

    def before(days: int) -> datetime:
        return moment - timedelta(days=days)

    over = before(config.keep_sessions_days)
    worked_off = and_(
        _outbox.c.settled_at < before(config.keep_outbox_days),
        _outbox.c.dead_reason.is_(None),
        _outbox.c.kind != WorkKind.REFUND,
    )
    ended = or_(_session.c.ended_at < over, _session.c.expires_at < over)
    # A session refers to its link. It lasts longer, and may be kept longer.
    opened = exists().where(
        _session.c.company_id == _link.c.company_id, _session.c.link_id == _link.c.id
    )
    expired = and_(_link.c.expires_at < before(config.keep_links_days), ~opened)
    judged = and_(
        _event.c.received_at < before(config.keep_event_days),
        or_(_event.c.outcome == Outcome.RECORDED, _event.c.outcome == Outcome.IGNORED),
        _event.c.payload != "",
    )
    long_sent = _letter.c.sent_at < before(config.keep_outbox_days)
    return Pruned(
        outbox=_in_batches(_outbox, worked_off, delete(_outbox), should_stop),
        sessions=_in_batches(_session, ended, delete(_session), should_stop),
        links=_in_batches(_link, expired, delete(_link), should_stop),
        event_texts=_in_batches(_event, judged, update(_event).values(payload=""), should_stop),
        sign_ups=forget_unconfirmed(should_stop),
        letters=_in_batches(_letter, long_sent, delete(_letter), should_stop),
        uploads=_in_batches(
            _import, _import.c.uploaded_at < moment - KEPT, delete(_import), should_stop
        ),
    )


def _in_batches(
    table: Table,
    condition: ColumnElement[bool],
    change: Delete | Update,
    should_stop: Callable[[], bool],
) -> int:
    """Apply ``change`` to the rows that ``condition`` holds for; how many. One walk along the key:
    finding each batch anew from the beginning would take longer with every batch.
    """
    columns: list[Column[str]] = list(table.primary_key.columns)
    # Row by row, along the key: a range of two columns, or a list of pairs, SQLite may look for
    # in the whole table.
    this = [column == bindparam(f"key_{column.name}") for column in columns]
    after: ColumnElement[bool] = true()
    done = 0
    while not should_stop():
        with reading() as session:
            found = (
                session.connection()
                .execute(select(*columns).where(condition, after).order_by(*columns).limit(BATCH))
                .all()
            )
        if not found:
            break
        keys = [{f"key_{name}": value for name, value in row._mapping.items()} for row in found]
        with unit_of_work() as session:
            # Asked again: what was read may have changed.
            done += session.connection().execute(change.where(condition, *this), keys).rowcount
        after = tuple_(*columns) > tuple_(*found[-1])
        if len(found) < BATCH:
            break
    return done
