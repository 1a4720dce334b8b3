"""Outbox work that was given up, and a second chance for it."""

import json

from sqlalchemy import delete, func, select, update
from sqlmodel import Session

from fsm_portal.db import writing
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.mail_address import HeldAddress
from fsm_portal.domain.outbox import OutboxMessage, WorkKind
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.reconciliation.may_reconcile import must_reconcile
from fsm_portal.flows.reconciliation.view import WorkView
from fsm_portal.gateways.recent import recently

_outbox = table_of(OutboxMessage)
_held = table_of(HeldAddress)
_SHOWN = 25

_NAMES: dict[str, str] = {
    WorkKind.INVOICE_MAIL: "Mail an invoice",
    WorkKind.RECEIPT_MAIL: "Mail a receipt",
    WorkKind.FEES: "Look up the fees of a payment",
    WorkKind.REFUND_FEES: "Look up the fees that came back with a refund",
    WorkKind.REFUND: "Make a refund",
    WorkKind.REFUND_MAIL: "Mail word of a refund",
    WorkKind.CREDIT_NOTE_MAIL: "Mail a credit note",
    WorkKind.FAILED_MAIL: "Mail word of a failed payment",
    WorkKind.SIGN_IN_MAIL: "Mail a sign-in link",
    WorkKind.SIGN_UP_MAIL: "Mail the letter after a sign-up",
    WorkKind.WELCOME_MAIL: "Mail an invitation to the portal",
    WorkKind.STRIPE_CUSTOMER: "Bring a customer’s details to Stripe",
    WorkKind.TEAM_MAIL: "Mail an invitation to the team",
    WorkKind.REMINDER_MAIL: "Mail a reminder",
    WorkKind.BULK_SEND: "Put many invoices or reminders in the post",
    WorkKind.NOTICE: "Tell staff of something",
    WorkKind.NOTICE_MAIL: "Mail a notice to staff",
}


def work_views(session: Session, company: Company) -> tuple[tuple[WorkView, ...], str]:
    """The latest work that was given up, and how much more there is."""
    given_up = (
        _outbox.c.company_id == company.id,
        _outbox.c.dead_reason.is_not(None),
        # Whoever lacks a sign-in link asks for another: an old one helps nobody.
        _outbox.c.kind != WorkKind.SIGN_IN_MAIL,
    )
    connection = session.connection()
    count = connection.execute(
        select(func.count()).select_from(_outbox).where(*given_up)
    ).scalar_one()
    rows = connection.execute(
        select(_outbox)
        .where(*given_up)
        .order_by(_outbox.c.settled_at.desc(), _outbox.c.key)
        .limit(_SHOWN)
    )
    views = tuple(
        WorkView(
            key=row.key,
            title=_NAMES.get(row.kind, row.kind),
            reason=f"{(row.dead_reason or '').rstrip('.')}.",
            when=recently(row.settled_at, company.time_zone, company.locale, now()),
            invoice_id=str(json.loads(row.payload).get("invoice_id") or ""),
        )
        for row in rows
    )
    more = int(count) - len(views)
    return views, f"And {more:,} more." if more > 0 else ""


def try_again(who: Identity, key: str) -> frozenset[str]:
    """Queue given-up work anew; the topics to ring, none where it was not given up.

    Raises CannotReconcile.
    """
    must_reconcile(who)
    moment = now()
    with writing() as connection:
        queued = connection.execute(
            update(_outbox)
            .where(
                _outbox.c.company_id == who.company_id,
                _outbox.c.key == key,
                _outbox.c.dead_reason.is_not(None),
                _outbox.c.kind != WorkKind.SIGN_IN_MAIL,
            )
            .values(
                dead_reason=None,
                settled_at=None,
                attempts=0,
                lease=None,
                leased_until=None,
                available_at=moment,
            )
            .returning(_outbox.c.key, _outbox.c.kind, _outbox.c.payload)
        ).first()
        if queued is not None:
            # Whoever tries again means to write there again.
            connection.execute(
                delete(_held).where(_held.c.company_id == who.company_id, _held.c.letter_key == key)
            )
            invoice_id = str(json.loads(queued.payload).get("invoice_id") or "")
            write_down(
                connection,
                who,
                Deed.TRIED_WORK_AGAIN,
                about="invoice" if invoice_id else "",
                about_id=invoice_id,
                words=_NAMES.get(queued.kind, queued.kind),
            )
    return frozenset({company_topic(who.company_id)} if queued else ())
