"""K, of what customers owe: the index is what is due on their open invoices, by the ledger.

Added up from the ledger itself, not from the index of what is due, which the triggers read.
"""

from sqlalchemy import and_, case, func, literal, select, union_all

from fsm_portal.domain.customer_owing import CustomerOwing
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account
from fsm_portal.flows.proving.rule import Rule, entry

_owing = table_of(CustomerOwing)
_invoice = table_of(Invoice)

_signed = case((entry.c.debit == Account.RECEIVABLE, entry.c.amount), else_=-entry.c.amount)
_open = (
    select(
        _invoice.c.company_id,
        _invoice.c.customer_id,
        _invoice.c.currency,
        func.sum(_signed).label("due"),
    )
    .join(
        entry,
        and_(entry.c.company_id == _invoice.c.company_id, entry.c.invoice_id == _invoice.c.id),
    )
    .where(
        (entry.c.debit == Account.RECEIVABLE) | (entry.c.credit == Account.RECEIVABLE),
        _invoice.c.issued_at.is_not(None),
        _invoice.c.voided_at.is_(None),
    )
    .group_by(_invoice.c.company_id, _invoice.c.id, _invoice.c.customer_id, _invoice.c.currency)
    .having(func.sum(_signed) > 0)
    .subquery("open_invoices")
)
_KEY = ("company_id", "customer_id", "currency")
_both = union_all(
    select(
        *(_open.c[name] for name in _KEY), _open.c.due.label("booked"), literal(0).label("kept")
    ),
    select(*(_owing.c[name] for name in _KEY), literal(0), _owing.c.owed),
).subquery("both_sides")
_booked, _kept = func.sum(_both.c.booked), func.sum(_both.c.kept)

RULES = (
    Rule(
        "K",
        "the index of who owes has what is due on each customer's open invoices",
        _invoice,
        select(
            *(_both.c[name] for name in _KEY),
            _booked.label("in_the_ledger"),
            _kept.label("in_the_index"),
        )
        .group_by(*(_both.c[name] for name in _KEY))
        .having(_booked != _kept),
    ),
)
