"""A: what the ledger has of each payment and each invoice is what their own rows say."""

from sqlalchemy import and_, func, or_, select

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.flows.proving.rule import Rule, entry, net, total

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_invoice = table_of(Invoice)

_captured = (
    select(
        entry.c.company_id,
        entry.c.payment_id,
        total(Kind.PAYMENT, Kind.OVERPAYMENT).label("posted"),
        total(Kind.OVERPAYMENT).label("credit"),
        total(Kind.PAYMENT_REVERSED).label("reversed"),
    )
    .where(
        entry.c.payment_id.is_not(None),
        entry.c.kind.in_((Kind.PAYMENT, Kind.OVERPAYMENT, Kind.PAYMENT_REVERSED)),
    )
    .group_by(entry.c.company_id, entry.c.payment_id)
    .subquery()
)
_its_captured = and_(
    _captured.c.company_id == _payment.c.company_id, _captured.c.payment_id == _payment.c.id
)
_payments = select(
    _payment.c.company_id,
    _payment.c.id.label("payment"),
    _payment.c.payment_intent_id,
    _payment.c.amount,
).select_from(_payment.outerjoin(_captured, _its_captured))
_posted = func.coalesce(_captured.c.posted, 0)
_reversed = func.coalesce(_captured.c.reversed, 0)

_allocated = (
    select(
        _allocation.c.company_id,
        _allocation.c.payment_id,
        func.sum(_allocation.c.amount).label("amount"),
    )
    .group_by(_allocation.c.company_id, _allocation.c.payment_id)
    .subquery()
)
_surplus = _payment.c.amount - func.coalesce(_allocated.c.amount, 0)

_of_an_invoice = and_(
    entry.c.company_id == _allocation.c.company_id,
    entry.c.payment_id == _allocation.c.payment_id,
    entry.c.invoice_id == _allocation.c.invoice_id,
    entry.c.kind == Kind.PAYMENT,
)

# What each invoice's entries come to on the receivable, and what its allocations say.
_by_invoice = (
    select(
        entry.c.company_id,
        entry.c.invoice_id,
        total(Kind.PAYMENT).label("posted"),
        net(Kind.CREDIT_NOTE, less=(Kind.CREDIT_NOTE_UNDONE,)).label("credited"),
    )
    .where(
        entry.c.invoice_id.is_not(None),
        entry.c.kind.in_((Kind.PAYMENT, Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE)),
    )
    .group_by(entry.c.company_id, entry.c.invoice_id)
    .subquery()
)
_meant = (
    select(
        _allocation.c.company_id,
        _allocation.c.invoice_id,
        func.sum(_allocation.c.amount).label("amount"),
    )
    .group_by(_allocation.c.company_id, _allocation.c.invoice_id)
    .subquery()
)

_on_both_sides = (
    select(entry.c.company_id, entry.c.currency, func.sum(entry.c.amount).label("amount"))
    .where(entry.c.debit.in_(list(Account)), entry.c.credit.in_(list(Account)))
    .group_by(entry.c.company_id, entry.c.currency)
    .subquery()
)
_altogether = (
    select(entry.c.company_id, entry.c.currency, func.sum(entry.c.amount).label("amount"))
    .group_by(entry.c.company_id, entry.c.currency)
    .subquery()
)

RULES = (
    Rule(
        "A",
        "a payment is posted in full, once",
        _payment,
        _payments.add_columns(_posted.label("posted")).where(_posted != _payment.c.amount),
    ),
    Rule(
        "A",
        "a payment by hand is reversed in full, or not at all",
        _payment,
        _payments.add_columns(_reversed.label("reversed")).where(
            or_(
                and_(_payment.c.reversed_at.is_(None), _reversed != 0),
                and_(_payment.c.reversed_at.is_not(None), _reversed != _payment.c.amount),
            )
        ),
    ),
    Rule(
        "B",
        "what no invoice took of a payment is credit",
        _payment,
        _payments.add_columns(
            _surplus.label("surplus"), func.coalesce(_captured.c.credit, 0).label("credit")
        )
        .outerjoin(
            _allocated,
            (_allocated.c.company_id == _payment.c.company_id)
            & (_allocated.c.payment_id == _payment.c.id),
        )
        .where(_surplus != func.coalesce(_captured.c.credit, 0)),
    ),
    Rule(
        "A",
        "an allocation is posted to its invoice",
        _allocation,
        select(
            _allocation.c.company_id,
            _allocation.c.payment_id.label("payment"),
            _allocation.c.invoice_id.label("invoice"),
            _allocation.c.amount,
            entry.c.amount.label("posted"),
        )
        .select_from(_allocation.outerjoin(entry, _of_an_invoice))
        .where(func.coalesce(entry.c.amount, 0) != _allocation.c.amount),
    ),
    Rule(
        "A",
        "an invoice is paid by its allocations and nothing else",
        _invoice,
        select(
            _by_invoice.c.company_id,
            _by_invoice.c.invoice_id.label("invoice"),
            _by_invoice.c.posted,
            _meant.c.amount.label("allocated"),
        )
        .select_from(
            _by_invoice.outerjoin(
                _meant,
                (_meant.c.company_id == _by_invoice.c.company_id)
                & (_meant.c.invoice_id == _by_invoice.c.invoice_id),
            )
        )
        .where(_by_invoice.c.posted != func.coalesce(_meant.c.amount, 0)),
    ),
    Rule(
        "A",
        "debits equal credits in every currency",
        table_of(LedgerEntry),
        select(
            _altogether.c.company_id,
            _altogether.c.currency,
            _altogether.c.amount,
            _on_both_sides.c.amount.label("on_both_sides"),
        )
        .select_from(
            _altogether.outerjoin(
                _on_both_sides,
                (_on_both_sides.c.company_id == _altogether.c.company_id)
                & (_on_both_sides.c.currency == _altogether.c.currency),
            )
        )
        .where(func.coalesce(_on_both_sides.c.amount, 0) != _altogether.c.amount),
    ),
    Rule(
        "A",
        "an entry moves a positive amount between two accounts",
        table_of(LedgerEntry),
        select(entry.c.company_id, entry.c.id.label("entry"), entry.c.amount).where(
            or_(entry.c.amount <= 0, entry.c.debit == entry.c.credit)
        ),
    ),
)
