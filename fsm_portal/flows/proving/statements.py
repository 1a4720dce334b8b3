"""K, of statements: the index of movements and their sums by month is what the ledger adds up to.

Worked out in another way than the triggers do it, fact by fact.
"""

from typing import Any

from sqlalchemy import Select, String, case, func, literal, or_, select, type_coerce, union_all

from fsm_portal.domain.customer_movement import CustomerMonth, CustomerMovement, month_of
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.flows.proving.rule import Rule, entry

_movement = table_of(CustomerMovement)
_month = table_of(CustomerMonth)

_KEY = ("company_id", "customer_id", "currency")
_OF_CUSTOMER = (Account.RECEIVABLE, Account.CUSTOMER_CREDIT)
_amount = case(
    # What moves between the two changes nothing.
    (entry.c.debit.in_(_OF_CUSTOMER) & entry.c.credit.in_(_OF_CUSTOMER), 0),
    (entry.c.debit.in_(_OF_CUSTOMER), entry.c.amount),
    else_=-entry.c.amount,
)
_used = case(
    (entry.c.kind == Kind.CREDIT_APPLIED, entry.c.amount),
    (entry.c.kind == Kind.CREDIT_RETURNED, -entry.c.amount),
    else_=0,
)
_family = case(
    (entry.c.kind.in_((Kind.SALE, Kind.TAX)), "invoice"),
    (entry.c.kind.in_((Kind.PAYMENT, Kind.OVERPAYMENT)), "payment"),
    (entry.c.kind.in_((Kind.DISPUTE, Kind.DISPUTE_RETURNED)), "dispute"),
    else_=type_coerce(entry.c.kind, String),
)
_NOTHING = literal(None, String)


def _side_by_side(
    booked: Select[Any], indexed: Select[Any], of: tuple[str, ...], sums: tuple[str, ...]
) -> Select[Any]:
    """Where what the one side adds up to, by ``of``, is not what stands on the other."""
    both = union_all(booked, indexed).subquery("both_sides")
    names = (*_KEY, *of)
    return (
        select(*(both.c[name] for name in names), *(func.sum(both.c[name]) for name in sums))
        .group_by(*(both.c[name] for name in names))
        .having(
            or_(
                *(func.sum(both.c[name]) != 0 for name in sums),
                *(
                    func.coalesce(func.min(both.c[f"booked_{name}"]), "")
                    != func.coalesce(func.min(both.c[f"indexed_{name}"]), "")
                    for name in ("id", "payment")
                    if f"booked_{name}" in both.c
                ),
            )
        )
    )


_movements = _side_by_side(
    select(
        *(entry.c[name] for name in _KEY),
        entry.c.occurred_at.label("at"),
        entry.c.source,
        _family.label("family"),
        _amount.label("amount"),
        _used.label("used"),
        entry.c.id.label("booked_id"),
        entry.c.payment_id.label("booked_payment"),
        _NOTHING.label("indexed_id"),
        _NOTHING.label("indexed_payment"),
    ).where(
        or_(entry.c.debit.in_(_OF_CUSTOMER), entry.c.credit.in_(_OF_CUSTOMER)),
        entry.c.customer_id.is_not(None),
    ),
    select(
        *(_movement.c[name] for name in (*_KEY, "at", "source", "family")),
        -_movement.c.amount,
        -_movement.c.used,
        _NOTHING,
        _NOTHING,
        _movement.c.id,
        _movement.c.payment_id,
    ),
    ("at", "source", "family"),
    ("amount", "used"),
)
_raised = case((_movement.c.amount > 0, _movement.c.amount), else_=0)
_lowered = case((_movement.c.amount < 0, -_movement.c.amount), else_=0)
_sums = ("raised", "lowered", "movements")
_months = _side_by_side(
    select(
        *(_movement.c[name] for name in _KEY),
        month_of(_movement.c.at).label("month"),
        _raised.label("raised"),
        _lowered.label("lowered"),
        literal(1).label("movements"),
    ).where(or_(_movement.c.amount != 0, _movement.c.used != 0)),
    select(*(_month.c[name] for name in (*_KEY, "month")), *(-_month.c[name] for name in _sums)),
    ("month",),
    _sums,
)

RULES = (
    Rule(
        "K",
        "the index of movements has every fact of a customer as it stands in the ledger",
        table_of(LedgerEntry),
        _movements,
    ),
    Rule(
        "K",
        "the sums of a customer's months are what their movements come to",
        _movement,
        _months,
    ),
)
