"""Sends many invoices, or reminders of them, at one press: each by itself, once, whoever else
sends them meanwhile.

The press only notes them; the worker sends them (see send_many), so that a tab that is closed or a
server that is started anew leaves none behind.
"""

from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.bulk_send import BulkSend, BulkSendItem
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.role import May
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.send_invoice import CannotSend, send_in
from fsm_portal.flows.reminding.remind import remind_in

_item = table_of(BulkSendItem)
_invoice = table_of(Invoice)
_delivery = table_of(InvoiceDelivery)

MOST = 200
# A letter that went so lately is not sent once more with many others: nobody meant that.
_JUST_NOW = timedelta(minutes=10)


def begin_bulk(
    who: Identity, bulk_id: object, invoice_ids: object, *, reminds: bool = False
) -> bool:
    """Note which invoices one press is to send, or to remind of; False where nothing can be.

    The same press a second time notes nothing further.
    """
    if not who.may(May.SEND_INVOICES) or not isinstance(bulk_id, str) or not is_id(bulk_id):
        return False
    chosen = invoice_ids if isinstance(invoice_ids, (list, tuple)) else ()
    asked = [each for each in chosen[:MOST] if isinstance(each, str) and is_id(each)]
    with unit_of_work() as session:
        connection = session.connection()
        known = set(
            connection.execute(
                select(_invoice.c.id).where(
                    _invoice.c.company_id == who.company_id, _invoice.c.id.in_(asked)
                )
            ).scalars()
        )
        ids = [each for each in dict.fromkeys(asked) if each in known]
        if not ids:
            return False
        press = {
            "company_id": who.company_id,
            "id": bulk_id,
            "staff_id": who.person_id,
            "started_at": now(),
            "reminds": reminds,
        }
        if insert_once(connection, BulkSend, press):
            for position, invoice_id in enumerate(ids):
                session.add(
                    BulkSendItem(
                        company_id=who.company_id,
                        bulk_id=bulk_id,
                        invoice_id=invoice_id,
                        position=position,
                    )
                )
            enqueue(
                session,
                who.company_id,
                WorkKind.BULK_SEND,
                f"bulk_send:{bulk_id}:0",
                {"bulk_id": bulk_id},
            )
    return True


def send_next(company_id: str, bulk_id: str) -> frozenset[str] | None:
    """Send the next one that waits; the topics to ring, None once all are done.

    An invoice and the word that it is done are one unit of work: whatever happens between two
    invoices, none is sent twice and none is left out. Whoever pressed is asked for at each: who
    has left meanwhile, or may no longer, sends nothing more.
    """
    its_turn: str | None = None
    try:
        with unit_of_work() as session:
            its_turn = _waiting(session, company_id, bulk_id)
            if its_turn is None:
                return None
            press = session.get_one(BulkSend, (company_id, bulk_id))
            who = _whoever_pressed(session, press)
            if press.reminds:
                _, topics = remind_in(session, who, its_turn)
            else:
                _check_rest(session, who, its_turn)
                _, topics = send_in(session, who, its_turn)
            _done(session, company_id, bulk_id, its_turn)
            return topics
    except CannotSend as error:
        # Nothing of it was done, and that is noted by itself.
        with unit_of_work() as session:
            _done(session, company_id, bulk_id, its_turn or "", str(error)[:300])
    return frozenset({company_topic(company_id)})


def _whoever_pressed(session: Session, press: BulkSend) -> Identity:
    member = session.get_one(Staff, (press.company_id, press.staff_id))
    if member.deactivated_at is not None or not member.role.may(May.SEND_INVOICES):
        raise CannotSend(f"{member.name} may not send invoices any more.")
    return Identity(
        "staff", member.company_id, member.id, "", member.name, member.email, member.role
    )


def _waiting(session: Session, company_id: str, bulk_id: str) -> str | None:
    """The invoice that is next, held against whoever else works on the same press."""
    found: str | None = (
        session.connection()
        .execute(
            select(_item.c.invoice_id)
            .where(
                _item.c.company_id == company_id,
                _item.c.bulk_id == bulk_id,
                _item.c.done_at.is_(None),
            )
            .order_by(_item.c.position)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        .scalar()
    )
    return found


def _check_rest(session: Session, who: Identity, invoice_id: str) -> None:
    just_now = session.connection().execute(
        select(_delivery.c.email)
        .where(
            _delivery.c.company_id == who.company_id,
            _delivery.c.invoice_id == invoice_id,
            _delivery.c.queued_at > now() - _JUST_NOW,
        )
        .limit(1)
    )
    if (email := just_now.scalar()) is not None:
        raise CannotSend(f"It went to {email} a moment ago.")


def _done(session: Session, company_id: str, bulk_id: str, invoice_id: str, why: str = "") -> None:
    session.connection().execute(
        update(_item)
        .where(
            _item.c.company_id == company_id,
            _item.c.bulk_id == bulk_id,
            _item.c.invoice_id == invoice_id,
            _item.c.done_at.is_(None),
        )
        .values(done_at=now(), refusal=why)
    )
