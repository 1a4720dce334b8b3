"""Puts one reminder in the post: its row and its letter's work, both or neither, once."""

from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import insert_once
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.reminder import Reminder


def put_in_post(
    session: Session,
    company_id: str,
    invoice_id: str,
    occasion: str,
    email: str,
    staff_id: str | None = None,
) -> bool:
    """Queue the letter of ``occasion``; False where that has been done before, by whomever."""
    values = {
        "company_id": company_id,
        "invoice_id": invoice_id,
        "occasion": occasion,
        "email": email,
        "staff_id": staff_id,
        "queued_at": now(),
        "left_out": "",
    }
    if not insert_once(session, Reminder, values):
        return False
    enqueue(
        session,
        company_id,
        WorkKind.REMINDER_MAIL,
        letter_key(invoice_id, occasion),
        {"invoice_id": invoice_id, "occasion": occasion},
    )
    return True


def letter_key(invoice_id: str, occasion: str) -> str:
    """The key under which a reminder's letter stands in the outbox."""
    return f"reminder-mail:{invoice_id}:{occasion}"
