"""Credit that was put to the wrong invoice: taken off again by new entries, never deleted."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.balances import payment_shares
from fsm_portal.domain.clock import now
from fsm_portal.domain.credit_use import CreditUse
from fsm_portal.domain.customer_credit import lock_credit, lock_payments
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry, Posting, post
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.words import money_on_invoices
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices

_use = table_of(CreditUse)
_entry = table_of(LedgerEntry)


class CannotUndo(Exception):
    """Why it cannot be undone, in words for staff."""


def undo_credit(who: Identity, use_id: object) -> frozenset[str]:
    """Take credit off the invoice that it was put to, once; topics to ring.

    It is the customer's credit again, and the invoice is owed. Raises CannotUndo; what another
    company used is no different from nothing.
    """
    if not who.may(May.TAKE_PAYMENTS):
        raise CannotUndo("Your role cannot undo this. Ask the office to do it.")
    if not (isinstance(use_id, str) and is_id(use_id)):
        raise CannotUndo("This credit was not used here.")
    with unit_of_work() as session:
        connection = session.connection()
        this = (_use.c.company_id == who.company_id, _use.c.id == use_id)
        used = connection.execute(select(_use).where(*this)).first()
        if used is None:
            raise CannotUndo("This credit was not used here.")
        lock_credit(connection, who.company_id, used.customer_id)
        undone_now = connection.execute(
            update(_use)
            .where(*this, _use.c.undone_at.is_(None))
            .values(undone_at=now(), undone_by=who.person_id)
            .returning(_use.c.id)
        ).first()
        if undone_now is not None:
            _take_off(connection, used)
            write_down(
                connection,
                who,
                Deed.UNDID_CREDIT,
                about="invoice",
                about_id=used.invoice_id,
                words=money_on_invoices(
                    connection, who.company_id, used.amount, used.currency, [used.invoice_id]
                ),
            )
    return topics_of(who.company_id, used.customer_id, [used.invoice_id])


def _take_off(connection: Connection, used: Row[*tuple[Any, ...]]) -> None:
    parts = connection.execute(
        select(_entry.c.payment_id, _entry.c.part, _entry.c.amount).where(
            _entry.c.company_id == used.company_id,
            _entry.c.source == used.id,
            _entry.c.kind == Kind.CREDIT_APPLIED,
        )
    ).all()
    lock_payments(connection, used.company_id, [part.payment_id for part in parts])
    lock_invoices(connection, used.company_id, [used.invoice_id])
    for part in parts:
        if part.payment_id and part.amount > _left(connection, used, part.payment_id):
            raise CannotUndo(
                "Some of this credit has gone back since, by a refund, a reversal or a bank: it "
                "cannot be used again."
            )
        post(
            connection,
            company_id=used.company_id,
            currency=used.currency,
            source=used.id,
            occurred_at=now(),
            customer_id=used.customer_id,
            payment_id=part.payment_id,
            postings=[
                Posting(
                    Account.RECEIVABLE,
                    Account.CUSTOMER_CREDIT,
                    part.amount,
                    Kind.CREDIT_RETURNED,
                    part.part,
                    used.invoice_id,
                )
            ],
        )


def _left(connection: Connection, used: Row[*tuple[Any, ...]], payment_id: str) -> int:
    """What of the payment stands on the invoice still, in minor units."""
    return sum(
        share.left
        for share in payment_shares(connection, used.company_id, payment_id)
        if share.invoice_id == used.invoice_id
    )
