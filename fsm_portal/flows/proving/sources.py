"""C: every entry comes from one object, every object has its entries, and neither has a twin."""

from sqlalchemy import ColumnElement, Table, and_, exists, func, not_, or_, select, tuple_

from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.credit_use import CreditUse
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.payout import Payout
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.proving.rule import Rule, as_text, entry

_ledger = table_of(LedgerEntry)
_payment = table_of(Payment)
_refund = table_of(Refund)
_dispute = table_of(Dispute)
_payout = table_of(Payout)
_note = table_of(CreditNote)
_use = table_of(CreditUse)
_invoice = table_of(Invoice)
_transaction = table_of(BalanceTransaction)

_A = Account
_OWED = (_A.RECEIVABLE, _A.CUSTOMER_CREDIT)
_HELD = (_A.STRIPE, _A.ON_HAND)


def _both(one: tuple[Account, ...], other: tuple[Account, ...]) -> set[tuple[Account, Account]]:
    return {(a, b) for a in one for b in other} | {(b, a) for a in one for b in other}


def _from(
    debits: tuple[Account, ...], credits: tuple[Account, ...]
) -> set[tuple[Account, Account]]:
    return {(debit, credit) for debit in debits for credit in credits}


# Which accounts (debit, credit) an entry of each kind may move money between.
_WAYS: dict[Kind, set[tuple[Account, Account]]] = {
    Kind.SALE: _both((_A.RECEIVABLE,), (_A.SALES,)),
    Kind.TAX: _both((_A.RECEIVABLE,), (_A.TAX,)),
    Kind.VOID: _both((_A.RECEIVABLE,), (_A.SALES, _A.TAX, _A.SALES_CREDITED)),
    Kind.CREDIT_NOTE: _from((_A.SALES_CREDITED, _A.TAX), _OWED),
    Kind.CREDIT_NOTE_UNDONE: _from(_OWED, (_A.SALES_CREDITED, _A.TAX)),
    Kind.PAYMENT: _from(_HELD, (_A.RECEIVABLE,)),
    Kind.OVERPAYMENT: _from(_HELD, (_A.CUSTOMER_CREDIT,)),
    Kind.STRIPE_FEE: _both((_A.STRIPE_FEE,), (_A.STRIPE,)),
    Kind.PLATFORM_FEE: _from((_A.PLATFORM_FEE,), (_A.STRIPE,)),
    Kind.REFUND: _from(_OWED, _HELD),
    Kind.REFUND_RETURNED: _from(_HELD, _OWED),
    Kind.PLATFORM_FEE_RETURNED: _both((_A.STRIPE,), (_A.PLATFORM_FEE,)),
    Kind.DISPUTE: _from(_OWED, (_A.STRIPE,)),
    Kind.DISPUTE_RETURNED: _from((_A.STRIPE,), _OWED),
    Kind.DISPUTE_FEE: _both((_A.DISPUTE_FEE,), (_A.STRIPE,)),
    Kind.PAYMENT_REVERSED: _from(_OWED, (_A.ON_HAND,)),
    Kind.CREDIT_APPLIED: _from((_A.CUSTOMER_CREDIT,), (_A.RECEIVABLE,)),
    Kind.CREDIT_RETURNED: _from((_A.RECEIVABLE,), (_A.CUSTOMER_CREDIT,)),
    Kind.PAYOUT: _both((_A.BANK,), (_A.STRIPE,)),
    Kind.PAYOUT_RETURNED: _both((_A.BANK,), (_A.STRIPE,)),
    Kind.ELSEWHERE: _both((_A.ELSEWHERE,), (_A.STRIPE,)),
    Kind.CONVERSION: _both((_A.EXCHANGE,), (_A.STRIPE,)),
}
_all_ways = [
    (kind.value, debit.value, credit.value)
    for kind, ways in _WAYS.items()
    for debit, credit in sorted(ways)
]

_named = (
    entry.c.company_id,
    entry.c.id.label("entry"),
    as_text(entry.c.kind),
    entry.c.source,
)


def _has(table: Table, *on: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.c.company_id == entry.c.company_id, *on)


def _orphans(says: str, kinds: tuple[Kind, ...], its_object: ColumnElement[bool]) -> Rule:
    """Entries of ``kinds`` without the object that they come from."""
    return Rule(
        "C",
        says,
        _ledger,
        select(*_named, entry.c.amount).where(entry.c.kind.in_(kinds), not_(its_object)),
    )


def _twins(says: str, table: Table, *columns: str, among: ColumnElement[bool]) -> Rule:
    """Rows of ``table`` that share ``columns``, whichever company they are of."""
    key = [table.c[name] for name in columns]
    return Rule(
        "C",
        says,
        table,
        select(func.min(table.c.company_id).label("company_id"), *key, func.count().label("rows"))
        .where(among)
        .group_by(*key)
        .having(func.count() > 1),
    )


RULES = (
    _orphans(
        "an entry of a payment has its payment",
        (Kind.PAYMENT, Kind.OVERPAYMENT, Kind.PAYMENT_REVERSED),
        _has(
            _payment,
            _payment.c.id == entry.c.payment_id,
            or_(
                _payment.c.payment_intent_id == entry.c.source,
                and_(_payment.c.payment_intent_id.is_(None), _payment.c.id == entry.c.source),
            ),
        ),
    ),
    _orphans(
        "an entry of fees has its payment or refund",
        (Kind.STRIPE_FEE, Kind.PLATFORM_FEE, Kind.PLATFORM_FEE_RETURNED),
        or_(
            _has(_payment, _payment.c.payment_intent_id == entry.c.source),
            _has(_refund, _refund.c.stripe_refund_id == entry.c.source),
        ),
    ),
    _orphans(
        "an entry of a refund has its refund, of the same payment",
        (Kind.REFUND, Kind.REFUND_RETURNED),
        _has(
            _refund,
            _refund.c.stripe_refund_id == entry.c.source,
            _refund.c.payment_id == entry.c.payment_id,
        ),
    ),
    _orphans(
        "an entry of a dispute has its dispute, of the same payment",
        (Kind.DISPUTE, Kind.DISPUTE_RETURNED, Kind.DISPUTE_FEE),
        _has(_dispute, _dispute.c.payment_id == entry.c.payment_id),
    ),
    _orphans(
        "an entry of a payout has its payout",
        (Kind.PAYOUT, Kind.PAYOUT_RETURNED),
        _has(_payout, _payout.c.id == entry.c.source),
    ),
    _orphans(
        "an entry of a credit note has its note, of the same invoice",
        (Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE),
        _has(
            _note,
            _note.c.id == entry.c.source,
            func.coalesce(_note.c.invoice_id, "") == func.coalesce(entry.c.invoice_id, ""),
        ),
    ),
    _orphans(
        "an entry of credit that was undone has its use, of the same invoice",
        (Kind.CREDIT_RETURNED,),
        _has(_use, _use.c.id == entry.c.source, _use.c.invoice_id == entry.c.invoice_id),
    ),
    _orphans(
        "an entry of an invoice has its invoice",
        (Kind.SALE, Kind.TAX, Kind.VOID),
        _has(_invoice, _invoice.c.id == entry.c.source, _invoice.c.id == entry.c.invoice_id),
    ),
    _orphans(
        "money of elsewhere has its balance transaction",
        (Kind.ELSEWHERE,),
        _has(_transaction, _transaction.c.id == entry.c.source, _transaction.c.elsewhere),
    ),
    Rule(
        "C",
        "an entry moves money the way its kind does",
        _ledger,
        select(*_named, as_text(entry.c.debit), as_text(entry.c.credit), entry.c.amount).where(
            tuple_(entry.c.kind, entry.c.debit, entry.c.credit).not_in(_all_ways)
        ),
    ),
    Rule(
        "C",
        "an entry stands once",
        _ledger,
        select(
            entry.c.company_id,
            entry.c.source,
            as_text(entry.c.kind),
            entry.c.part,
            func.count().label("entries"),
        )
        .group_by(entry.c.company_id, entry.c.source, entry.c.kind, entry.c.part)
        .having(func.count() > 1),
    ),
    _twins(
        "a payment of Stripe's stands once",
        _payment,
        "stripe_account_id",
        "payment_intent_id",
        among=_payment.c.payment_intent_id.is_not(None),
    ),
    _twins(
        "a checkout is paid once",
        _payment,
        "company_id",
        "attempt_id",
        among=_payment.c.attempt_id.is_not(None),
    ),
    _twins(
        "a charge is of one payment",
        _payment,
        "company_id",
        "charge_id",
        among=_payment.c.charge_id.is_not(None),
    ),
    _twins(
        "a refund of Stripe's stands once",
        _refund,
        "company_id",
        "stripe_refund_id",
        among=_refund.c.stripe_refund_id.is_not(None),
    ),
    _twins(
        "a dispute of Stripe's stands once",
        _dispute,
        "company_id",
        "stripe_dispute_id",
        among=_dispute.c.stripe_dispute_id != "",
    ),
)
