"""A: invoices and credit notes stand in the ledger with the sums that are written on them."""

from sqlalchemy import and_, case, func, or_, select

from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind
from fsm_portal.flows.proving.rule import Rule, entry, total

_invoice = table_of(Invoice)
_note = table_of(CreditNote)

_owed = case((entry.c.debit == Account.RECEIVABLE, entry.c.amount), else_=-entry.c.amount)
_charged = (
    select(entry.c.company_id, entry.c.invoice_id, func.sum(_owed).label("amount"))
    .where(entry.c.invoice_id.is_not(None), entry.c.kind.in_((Kind.SALE, Kind.TAX)))
    .group_by(entry.c.company_id, entry.c.invoice_id)
    .subquery()
)
_posted = func.coalesce(_charged.c.amount, 0)

_noted = (
    select(
        entry.c.company_id,
        entry.c.source,
        total(Kind.CREDIT_NOTE).label("posted"),
        total(Kind.CREDIT_NOTE_UNDONE).label("undone"),
    )
    .where(entry.c.kind.in_((Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE)))
    .group_by(entry.c.company_id, entry.c.source)
    .subquery()
)
_credited, _undone = func.coalesce(_noted.c.posted, 0), func.coalesce(_noted.c.undone, 0)

RULES = (
    Rule(
        "A",
        "an issued invoice is charged as it is written, a draft not at all",
        _invoice,
        select(
            _invoice.c.company_id,
            _invoice.c.number.label("invoice"),
            _invoice.c.total,
            _posted.label("posted"),
        )
        .select_from(
            _invoice.outerjoin(
                _charged,
                and_(
                    _charged.c.company_id == _invoice.c.company_id,
                    _charged.c.invoice_id == _invoice.c.id,
                ),
            )
        )
        .where(_posted != case((_invoice.c.issued_at.is_(None), 0), else_=_invoice.c.total)),
    ),
    Rule(
        "A",
        "a credit note is posted as it is written, and undone whole",
        _note,
        select(
            _note.c.company_id,
            _note.c.number.label("credit_note"),
            _note.c.total,
            _credited.label("posted"),
            _undone.label("undone"),
        )
        .select_from(
            _note.outerjoin(
                _noted,
                and_(_noted.c.company_id == _note.c.company_id, _noted.c.source == _note.c.id),
            )
        )
        .where(
            or_(
                _credited != _note.c.total,
                _undone != case((_note.c.undone_at.is_(None), 0), else_=_note.c.total),
            )
        ),
    ),
)
