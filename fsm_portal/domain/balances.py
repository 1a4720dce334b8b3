"""Balances read off the ledger: of an invoice, of the shares of a payment, of an account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.insert_once import connection_of, table_of
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry, became_credit
from fsm_portal.domain.places import id_places, ids_in_places, places_for
from fsm_portal.domain.statement import Statement, one_of


@dataclass(frozen=True)
class InvoiceBalance:
    """What the ledger says of one invoice, in minor units. ``due`` may not fall below zero.

    ``paid`` is what the company has of it now: payments less ``refunded`` less ``disputed``.
    """

    charged: int = 0
    credited: int = 0
    paid: int = 0
    refunded: int = 0
    disputed: int = 0

    @property
    def due(self) -> int:
        return self.charged - self.credited - self.paid

    @property
    def received(self) -> int:
        """What was paid on it before anything went back."""
        return self.paid + self.refunded + self.disputed

    @property
    def given_back(self) -> int:
        """What went back for good: as much less is owed. The rest of ``refunded`` is owed again,
        and where nothing is due any more it was paid again, with money or with credit."""
        return max(min(self.refunded, self.credited), 0)


_entry = table_of(LedgerEntry).c
# Ids in one statement: SQLite admits 32,766 parameters, and a few hundred are as fast.
_AT_ONCE = 512


# Asked with every payment and on every page; writing it costs more than running it.
@cache
def _by_kind(places: int) -> Statement:
    return Statement(
        select(
            _entry.invoice_id, _entry.kind, _entry.debit, func.sum(_entry.amount).label("amount")
        )
        .where(
            _entry.company_id == bindparam("company_id"),
            _entry.invoice_id.in_(id_places(places)),
        )
        .group_by(_entry.invoice_id, _entry.kind, _entry.debit)
    )


# The same of one invoice, to be asked together with others; ``balance_in`` reads the answer.
BALANCE = Statement(
    select(_entry.kind, _entry.debit, func.sum(_entry.amount).label("amount"))
    .where(
        _entry.company_id == bindparam("company_id"),
        _entry.invoice_id == bindparam("invoice_id"),
    )
    .group_by(_entry.kind, _entry.debit)
)


def invoice_balances(
    session: Session | Connection, company_id: str, invoice_ids: Sequence[str]
) -> dict[str, InvoiceBalance]:
    """The balance of each of ``invoice_ids``; an invoice without entries has an empty one."""
    connection = connection_of(session)
    sums: dict[str, list[tuple[str, str, int]]] = {invoice_id: [] for invoice_id in invoice_ids}
    for start in range(0, len(invoice_ids), _AT_ONCE):
        some = invoice_ids[start : start + _AT_ONCE]
        key = ids_in_places(some) | {"company_id": company_id}
        for invoice_id, *of_a_kind in _by_kind(places_for(some)).ask(connection, key).rows:
            sums[invoice_id].append(tuple(of_a_kind))
    return {invoice_id: balance_in(of_it) for invoice_id, of_it in sums.items()}


def balance_in(sums: Iterable[tuple[str, str, int]]) -> InvoiceBalance:
    """The balance of an invoice: these are the sums of its entries by kind and debited account."""
    bucket: dict[str, int] = {}
    for kind, debit, amount in sums:
        # What debits the receivable raises what is owed.
        owed = int(amount) if debit == Account.RECEIVABLE else -int(amount)
        for share, sign in _SHARES.get(Kind(kind), ()):
            bucket[share] = bucket.get(share, 0) + sign * owed
    return InvoiceBalance(**bucket)


# What an entry that raises what is owed by one does to each figure.
_SHARES: dict[Kind, tuple[tuple[str, int], ...]] = {
    Kind.SALE: (("charged", 1),),
    Kind.TAX: (("charged", 1),),
    Kind.VOID: (("credited", -1),),
    Kind.CREDIT_NOTE: (("credited", -1),),
    Kind.CREDIT_NOTE_UNDONE: (("credited", -1),),
    Kind.PAYMENT: (("paid", -1),),
    Kind.PAYMENT_REVERSED: (("paid", -1),),
    Kind.CREDIT_APPLIED: (("paid", -1),),
    Kind.CREDIT_RETURNED: (("paid", -1),),
    Kind.REFUND: (("paid", -1), ("refunded", 1)),
    Kind.REFUND_RETURNED: (("paid", -1), ("refunded", 1)),
    Kind.DISPUTE: (("paid", -1), ("disputed", 1)),
    Kind.DISPUTE_RETURNED: (("paid", -1), ("disputed", 1)),
}


@dataclass(frozen=True)
class PaymentShare:
    """What of a payment stands on one invoice (or, without one, as credit), in minor units.

    ``given`` went back by the company: refunds, a reversal. ``taken`` went back by a bank. As
    credit, banks may have taken more than there is: what was refunded before (decision 0011).
    """

    invoice_id: str | None
    allocated: int
    given: int
    taken: int

    @property
    def left(self) -> int:
        return self.allocated - self.given - self.taken


_OF_A_PAYMENT = Statement(
    select(_entry.invoice_id, _entry.kind, _entry.part, _entry.amount).where(
        _entry.company_id == bindparam("company_id"),
        _entry.payment_id == bindparam("payment_id"),
        one_of(
            _entry.kind,
            (
                Kind.PAYMENT,
                Kind.OVERPAYMENT,
                Kind.CREDIT_APPLIED,
                Kind.CREDIT_RETURNED,
                Kind.REFUND,
                Kind.REFUND_RETURNED,
                Kind.PAYMENT_REVERSED,
                Kind.DISPUTE,
                Kind.DISPUTE_RETURNED,
            ),
        ),
    )
)
_ALLOCATES = frozenset({Kind.PAYMENT, Kind.OVERPAYMENT})
_OF_BANKS = frozenset({Kind.DISPUTE, Kind.DISPUTE_RETURNED})
_GIVES_BACK = frozenset({Kind.REFUND_RETURNED, Kind.DISPUTE_RETURNED})


def payment_shares(
    session: Session | Connection, company_id: str, payment_id: str
) -> list[PaymentShare]:
    """Where the money of a payment stands now: its invoices by id, then what is credit."""
    key = {"company_id": company_id, "payment_id": payment_id}
    rows = _OF_A_PAYMENT.ask(connection_of(session), key).rows
    allocated: dict[str | None, int] = {}
    given: dict[str | None, int] = {}
    taken: dict[str | None, int] = {}
    for invoice_id, kind, part, number in rows:
        amount = int(number)
        if kind in _ALLOCATES:
            _add(allocated, invoice_id, amount)
        elif kind == Kind.CREDIT_APPLIED:
            _add(allocated, invoice_id, amount)
            _add(allocated, None, -amount)
        elif kind == Kind.CREDIT_RETURNED:
            _add(allocated, invoice_id, -amount)
            _add(allocated, None, amount)
        else:
            gone = taken if kind in _OF_BANKS else given
            settled = became_credit(part) if kind in _GIVES_BACK else None
            if settled is not None:
                # It came back to an invoice that was paid otherwise meanwhile.
                _add(allocated, settled, -amount)
                _add(allocated, None, amount)
            _add(gone, settled or invoice_id, -amount if kind in _GIVES_BACK else amount)
    return [
        PaymentShare(each, allocated.get(each, 0), given.get(each, 0), taken.get(each, 0))
        for each in sorted(
            allocated.keys() | given.keys() | taken.keys(), key=lambda each: each or "~"
        )
    ]


def _add(sums: dict[str | None, int], invoice_id: str | None, amount: int) -> None:
    sums[invoice_id] = sums.get(invoice_id, 0) + amount


def account_balance(session: Session, company_id: str, account: Account, currency: str) -> int:
    """Debits less credits of ``account``, in minor units of ``currency``."""
    entry = table_of(LedgerEntry).c
    scope = (entry.company_id == company_id, entry.currency == currency)
    connection = session.connection()
    debits = connection.execute(
        select(func.coalesce(func.sum(entry.amount), 0)).where(*scope, entry.debit == account)
    ).scalar_one()
    credits = connection.execute(
        select(func.coalesce(func.sum(entry.amount), 0)).where(*scope, entry.credit == account)
    ).scalar_one()
    return int(debits) - int(credits)
