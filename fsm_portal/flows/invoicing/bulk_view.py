"""How far the sending of many invoices has come, and which of them were not sent and why."""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.bulk_send import BulkSend, BulkSendItem
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice

_press = table_of(BulkSend)
_item = table_of(BulkSendItem)
_invoice = table_of(Invoice)


@dataclass(frozen=True)
class NotSent:
    """One that was refused."""

    invoice_id: str
    number: str
    why: str


@dataclass(frozen=True)
class BulkView:
    """``percent`` of 100 are done; ``words`` say how many: ``12 of 40``. Without an id: none.

    ``reminds``: of reminders, not of the invoices themselves.
    """

    id: str = ""
    percent: int = 0
    words: str = ""
    done: bool = False
    reminds: bool = False
    result: str = ""
    not_sent: tuple[NotSent, ...] = ()


NO_BULK = BulkView()

# Made once: it runs after each invoice that is sent.
_ITEMS = (
    select(
        _item.c.invoice_id,
        _item.c.done_at,
        _item.c.refusal,
        _invoice.c.number,
        _press.c.reminds,
    )
    .join(
        _press,
        and_(_press.c.company_id == _item.c.company_id, _press.c.id == _item.c.bulk_id),
    )
    .join(
        _invoice,
        and_(_invoice.c.company_id == _item.c.company_id, _invoice.c.id == _item.c.invoice_id),
    )
    .where(_item.c.company_id == bindparam("company_id"), _item.c.bulk_id == bindparam("bulk_id"))
    .order_by(_item.c.position)
)


def bulk_view(session: Session, company: Company, bulk_id: str) -> BulkView:
    """The sending ``bulk_id`` as it stands; none where the company has no such one."""
    if not is_id(bulk_id):
        return NO_BULK
    key = {"company_id": company.id, "bulk_id": bulk_id}
    rows = session.connection().execute(_ITEMS, key).all()
    if not rows:
        return NO_BULK
    over = [row for row in rows if row.done_at is not None]
    refused = [row for row in over if row.refusal]
    sent = len(over) - len(refused)
    what = "reminder" if rows[0].reminds else "invoice"
    result = f"{sent} {what}{'' if sent == 1 else 's'} on the way"
    if refused:
        result += f", {len(refused)} not sent"
    return BulkView(
        id=bulk_id,
        percent=100 * len(over) // len(rows),
        words=f"{len(over)} of {len(rows)}",
        done=len(over) == len(rows),
        reminds=rows[0].reminds,
        result=result,
        not_sent=tuple(NotSent(row.invoice_id, row.number, row.refusal) for row in refused),
    )
