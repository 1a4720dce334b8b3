"""Letters on their way out: who may be written to now, what is kept of what left.

A mailbox is spared: from one company no more than ``OFTEN`` letters in ``SOON`` and ``DAILY`` in a
day reach it, the rest waits. Letters that somebody asks for at a door count apart, there they have
limits of their own. An address that refused for good, or whose reader complained, gets none but
those.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, literal, select, true
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.email import folded
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.mail_address import HeldAddress, HeldBack
from fsm_portal.domain.mail_text import MailText, TextKind
from fsm_portal.domain.outbox import MAIL_KINDS, OutboxMessage, WorkKind
from fsm_portal.domain.sent_letter import SentLetter
from fsm_portal.flows.mailing.letter_progress import letter_key
from fsm_portal.flows.mailing.mailers import mailer
from fsm_portal.flows.outbox import Done, GiveUp, PutOff, Work
from fsm_portal.gateways.mail import Letter, MailRefused
from fsm_portal.gateways.mail_message import message_hash

OFTEN, SOON = 10, timedelta(minutes=10)
DAILY, DAY = 40, timedelta(days=1)
# About as long as a letter takes.
_EACH_OTHER = timedelta(seconds=1)
# Asked for by whoever reads them.
AT_THE_DOOR = frozenset({WorkKind.SIGN_IN_MAIL, WorkKind.SIGN_UP_MAIL})

_sent = table_of(SentLetter)
_held = table_of(HeldAddress)
_outbox = table_of(OutboxMessage)
_delivery = table_of(InvoiceDelivery)
_text = table_of(MailText)

# Made once: writing a statement costs more than running it, and these run at every letter.
# One row at least, and with each the address itself where it is held back.
_TIMES = (
    select(_sent.c.sent_at)
    .where(
        _sent.c.company_id == bindparam("company_id"),
        _sent.c.address == bindparam("address"),
        _sent.c.sent_at > bindparam("since"),
        _sent.c.kind.not_in(AT_THE_DOOR),
    )
    .order_by(_sent.c.sent_at.desc())
    .limit(DAILY)
    .subquery()
)
# Letters of the company that are being written now, this one among them or not: whose they are is
# not known before they are written. One is in flight from the commit that claimed it to the one
# that notes it, so whoever looks later finds it here or there: both are asked for in one statement.
_IN_FLIGHT = (
    select(func.count())
    .select_from(_outbox)
    .where(
        _outbox.c.company_id == bindparam("company_id"),
        _outbox.c.settled_at.is_(None),
        _outbox.c.leased_until.is_not(None),
        _outbox.c.kind.in_(sorted(MAIL_KINDS - AT_THE_DOOR)),
    )
)
_ONE = select(literal(1).label("one")).subquery()
_LATEST = (
    select(_held.c.why, _held.c.said, _TIMES.c.sent_at)
    .select_from(
        _ONE.outerjoin(
            _held,
            (_held.c.company_id == bindparam("company_id"))
            & (_held.c.address == bindparam("address")),
        ).outerjoin(_TIMES, true())
    )
    .order_by(_TIMES.c.sent_at.desc())
)
_WITH_OTHERS = _LATEST.add_columns(
    _IN_FLIGHT.where(_outbox.c.key != bindparam("key")).scalar_subquery().label("others"),
    _IN_FLIGHT.where(_outbox.c.key < bindparam("key")).scalar_subquery().label("ahead"),
)
_FIRST_LETTER = (
    select(_sent.c.key)
    .where(
        _sent.c.company_id == bindparam("company_id"), _sent.c.invoice_id == bindparam("invoice_id")
    )
    .order_by(_sent.c.sent_at)
    .limit(1)
)
_FIRST_DELIVERY = (
    select(_delivery.c.id)
    .where(
        _delivery.c.company_id == bindparam("company_id"),
        _delivery.c.invoice_id == bindparam("invoice_id"),
        _delivery.c.sent_at.is_not(None),
    )
    .order_by(_delivery.c.queued_at)
    .limit(1)
)
_FIRST = select(_FIRST_DELIVERY.scalar_subquery(), _FIRST_LETTER.scalar_subquery())
_OWN = select(_text.c.words).where(
    _text.c.company_id == bindparam("company_id"),
    _text.c.kind == bindparam("kind", type_=_text.c.kind.type),
    _text.c.language == bindparam("language"),
)


def may_write_to(session: Session, work: Work, address: str) -> None:
    """Raises GiveUp where the address is held back, PutOff where it had its share for now.

    To be asked before a link is made, and after the work was claimed. Where letters that are being
    written now could reach the limit together, they wait for each other, the first by its key for
    the shortest time. More than ``OFTEN`` at once are not told apart.
    """
    if work.kind in AT_THE_DOOR:
        return
    moment = now()
    key = {"company_id": work.company_id, "address": folded(address), "since": moment - DAY}
    found = session.connection().execute(_LATEST, key).all()
    if found[0].why is not None:
        raise GiveUp(why_held(found[0].why, address, found[0].said))
    if _had_its_share(_times(found), moment) is None and not _is_written_to(_times(found), moment):
        return
    found = session.connection().execute(_WITH_OTHERS, key | {"key": work.key}).all()
    times = _times(found)
    if until := _had_its_share(times, moment):
        raise PutOff(f"{len(times)} letters went to this address since yesterday", until)
    if _had_its_share([moment] * found[0].others + times, moment):
        wait = _EACH_OTHER * (1 + found[0].ahead)
        raise PutOff("other letters that are being written may go to this address", moment + wait)


def _times(found: Sequence[Row[*tuple[Any, ...]]]) -> list[datetime]:
    """When letters went there, the newest first."""
    return [row.sent_at for row in found if row.sent_at is not None]


def _had_its_share(times: Sequence[datetime], moment: datetime) -> datetime | None:
    """Until when a mailbox with letters at these ``times`` gets none; None where it may."""
    until = max(
        times[OFTEN - 1] + SOON if len(times) >= OFTEN else moment,
        times[DAILY - 1] + DAY if len(times) >= DAILY else moment,
    )
    return until if until > moment else None


def _is_written_to(times: Sequence[datetime], moment: datetime) -> bool:
    """Whether letters that are written at once could be too many: none is in a bulk of letters, of
    which each goes elsewhere."""
    return bool(times) and (times[0] > moment - SOON or len(times) > DAILY - OFTEN)


def why_held(why: HeldBack, address: str, said: str) -> str:
    """Why nothing is mailed there, for staff."""
    if why is HeldBack.COMPLAINT:
        done = "has reported an earlier letter as unwanted"
    else:
        done = f"has refused an earlier letter for good: {said or 'no such mailbox'}"
    return f"{address} {done}. Under Settings, Emails, it can be mailed again"


def post_letter(
    work: Work,
    letter: Letter,
    *,
    invoice_id: str | None = None,
    topics: frozenset[str] = frozenset(),
    note: Callable[[Connection, datetime], None] | None = None,
) -> Done:
    """Hand a letter to the mail server; what is to be noted once it has taken it.

    ``note`` joins the same unit of work, with the moment. Raises GiveUp where it will never take
    it.
    """
    try:
        mailer().send(letter)
    except MailRefused as error:
        raise GiveUp(str(error)) from error
    moment = now()

    def keep(connection: Connection) -> None:
        insert_once(
            connection,
            SentLetter,
            {
                "company_id": work.company_id,
                "key": work.key,
                "kind": work.kind,
                "message_hash": message_hash(letter.key),
                "address": folded(letter.to_address),
                "invoice_id": invoice_id,
                "sent_at": moment,
            },
        )
        if note is not None:
            note(connection, moment)

    return Done(topics, keep)


def first_letter_about(session: Session, company_id: str, invoice_id: str) -> str | None:
    """The key of the letter that the invoice's others follow; None before there is one."""
    key = {"company_id": company_id, "invoice_id": invoice_id}
    delivery_id, first = session.connection().execute(_FIRST, key).one()
    # Notes of letters are cleared away in time, deliveries stay.
    return letter_key(delivery_id) if delivery_id is not None else first


def own_words(session: Session, company_id: str, kind: TextKind, language: str) -> str:
    """What the company itself begins such a letter with; empty where it has written nothing."""
    key = {"company_id": company_id, "kind": kind, "language": language}
    return session.connection().execute(_OWN, key).scalar() or ""
