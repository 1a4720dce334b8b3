"""The credit note that goes with a refund: nothing more is owed, unless staff said otherwise."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, update

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.invoice_posting import postings_for_credit_note
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.statement import Statement
from fsm_portal.flows.recorder.money_back import Part

_company = table_of(Company)
_note = table_of(CreditNote)

# Made once: writing a statement costs more than running it.
_COUNT_ON = Statement(
    update(_company)
    .where(_company.c.id == bindparam("its_company"))
    .values(next_credit_note_number=_company.c.next_credit_note_number + 1)
    .returning(
        _company.c.credit_note_prefix,
        _company.c.next_credit_note_number,
        _company.c.time_zone,
    )
)


def credit_for_refund(
    connection: Connection,
    *,
    company_id: str,
    currency: str,
    customer_id: str,
    refund_id: str,
    occurred_at: datetime,
    parts: Sequence[Part],
) -> None:
    """One credit note for each invoice that the refund went back on."""
    for invoice_id, amount in parts:
        if invoice_id is None:
            continue
        note_id = new_id()
        note = {
            "company_id": company_id,
            "id": note_id,
            "customer_id": customer_id,
            "invoice_id": invoice_id,
            "currency": currency,
            "total": amount,
            "reason": "Refund",
            "refund_id": refund_id,
            "undone_at": None,
            "created_at": now(),
        }
        issue_note(connection, note, occurred_at)
        post(
            connection,
            company_id=company_id,
            currency=currency,
            source=note_id,
            occurred_at=occurred_at,
            customer_id=customer_id,
            postings=postings_for_credit_note(amount, invoice_id=invoice_id),
        )


def issue_note(connection: Connection, note: Mapping[str, Any], occurred_at: datetime) -> str:
    """Insert ``note``, a new one, with the next number of its company, which is returned.

    It is of the day of ``occurred_at`` where the company is.
    """
    while True:
        number, zone = _next_number(connection, note["company_id"])
        issued = {
            "number": number,
            "issue_date": occurred_at.astimezone(ZoneInfo(zone)).date(),
        }
        if insert_once(connection, CreditNote, {**note, **issued}):
            return number  # else the number is in the way that an import brought


def undo_credit_of_refund(connection: Connection, company_id: str, refund_id: str) -> None:
    """The refund came back: its credit notes count no more."""
    moment = now()
    notes = connection.execute(
        update(_note)
        .where(
            _note.c.company_id == company_id,
            _note.c.refund_id == refund_id,
            _note.c.undone_at.is_(None),
        )
        .values(undone_at=moment)
        .returning(
            _note.c.id, _note.c.invoice_id, _note.c.customer_id, _note.c.currency, _note.c.total
        )
    ).all()
    for note in notes:
        post(
            connection,
            company_id=company_id,
            currency=note.currency,
            source=note.id,
            occurred_at=moment,
            customer_id=note.customer_id,
            postings=[
                Posting(
                    Account.RECEIVABLE,
                    Account.SALES_CREDITED,
                    note.total,
                    Kind.CREDIT_NOTE_UNDONE,
                    invoice_id=note.invoice_id,
                )
            ],
        )


def _next_number(connection: Connection, company_id: str) -> tuple[str, str]:
    """The next number, and the company's time zone."""
    row = _COUNT_ON.ask(connection, {"its_company": company_id}).first
    return f"{row.credit_note_prefix}{row.next_credit_note_number - 1:04}", row.time_zone
