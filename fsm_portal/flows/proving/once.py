"""D: one effect and one letter of each thing, however often it came."""

from sqlalchemy import ColumnElement, Table, exists, func, not_, select

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.outbox import OutboxMessage, WorkKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows.mailing.letter_progress import letter_key
from fsm_portal.flows.proving.rule import Rule

_event = table_of(StripeEvent)
_payment = table_of(Payment)
_refund = table_of(Refund)
_note = table_of(CreditNote)
_outbox = table_of(OutboxMessage)
_attempt = table_of(CheckoutAttempt)
_delivery = table_of(InvoiceDelivery)


def _twice(says: str, table: Table, *columns: str, among: ColumnElement[bool]) -> Rule:
    key = [table.c[name] for name in columns]
    return Rule(
        "D",
        says,
        table,
        select(func.min(table.c.company_id).label("company_id"), *key, func.count().label("rows"))
        .where(among)
        .group_by(*key)
        .having(func.count() > 1),
    )


def _work_about(kind: WorkKind, prefix: str, table: Table) -> Rule:
    """Work of ``kind`` is about a row that is there, and named after it: so it is there once."""
    return Rule(
        "D",
        f"work of the kind {kind.value} is queued once for its row",
        _outbox,
        select(_outbox.c.company_id, _outbox.c.key).where(
            _outbox.c.kind == kind,
            not_(
                exists().where(
                    table.c.company_id == _outbox.c.company_id,
                    # What follows the id tells work of one day from the next one's.
                    table.c.id == func.substr(_outbox.c.key, len(prefix) + 1, 32),
                    _outbox.c.key.startswith(prefix, autoescape=True),
                )
            ),
        ),
    )


_anything = _outbox.c.key != ""

RULES = (
    _twice(
        "an event is kept once", _event, "account_id", "event_id", among=_event.c.event_id != ""
    ),
    _twice(
        "a press takes one payment",
        _payment,
        "company_id",
        "press_id",
        among=_payment.c.press_id.is_not(None),
    ),
    _twice(
        "a press makes one refund",
        _refund,
        "company_id",
        "press_id",
        among=_refund.c.press_id.is_not(None),
    ),
    _twice("work is queued once", _outbox, "company_id", "key", among=_anything),
    _work_about(WorkKind.RECEIPT_MAIL, "receipt:", _payment),
    _work_about(WorkKind.FEES, "fees:", _payment),
    _work_about(WorkKind.REFUND, "refund:", _refund),
    _work_about(WorkKind.REFUND_MAIL, "refund_mail:", _refund),
    _work_about(WorkKind.CREDIT_NOTE_MAIL, "credit_note_mail:", _note),
    _work_about(WorkKind.REFUND_FEES, "refund_fees:", _refund),
    _work_about(WorkKind.FAILED_MAIL, "failed-mail:", _attempt),
    _work_about(WorkKind.INVOICE_MAIL, letter_key(""), _delivery),
)
