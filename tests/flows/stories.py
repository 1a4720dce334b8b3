"""A story told to the recorder in some order, and everything that it left behind."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice, permutations

from sqlmodel import Session

from fsm_portal import db
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import BroughtBy, FailedPayment, Payment, PaymentAllocation
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.from_stripe.receive_stripe_event import take_in
from fsm_portal.gateways.stripe_facts import Event
from tests.flows import books

# Where the same is told on the other engine as well: where money lies is arithmetic, the same on
# both, and how it is written needs no thousand tellings.
ONE_ORDER_OF = 1
OF_BANKS = (Kind.DISPUTE, Kind.DISPUTE_RETURNED)
OF_CREDIT_NOTES = (Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE)


@contextmanager
def a_story() -> Iterator[Session]:
    """A session that nothing is left of."""
    with Session(db.engine(), expire_on_commit=False) as session:
        session.connection(execution_options={"writing": True})
        yield session
        session.rollback()


def orders(events: list[Event]) -> Iterable[tuple[Event, ...]]:
    """Every order that ``events`` can be told in; with ``--postgres-rest`` one of eleven."""
    return islice(permutations(events), 0, None, ONE_ORDER_OF)


def tell(session: Session, events: list[Event]) -> None:
    for event in events:
        take_in(session.connection(), event, BroughtBy.WEBHOOK)
    if session.connection().dialect.name == "postgresql":
        # Sums that wait for the commit (decision 27): a story has none.
        session.connection().exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    session.expire_all()


def state(session: Session, *invoices: Invoice) -> dict[str, object]:
    """Everything the events left behind, but for our own ids and the time of recording."""
    without = {"id", "payment_id", "refund_id", "recorded_at", "created_at", "available_at"}

    def plain(model, *more):
        shown = []
        for row in books.rows(model, session):
            fields = row.model_dump(exclude=without | {"payload", *more})
            if fields.get("kind") in OF_BANKS:
                continue  # told after a refund or before it: see taken_by_banks
            if fields.get("kind") in OF_CREDIT_NOTES:
                del fields["source"]  # the note's id, which is our own
            shown.append(sorted((name, str(value)) for name, value in fields.items()))
        return sorted(shown)

    return {
        "statuses": [books.status(invoice, session) for invoice in invoices],
        "payments": plain(Payment),
        "allocations": plain(PaymentAllocation),
        "failures": plain(FailedPayment),
        # An entry stands as it was first posted: its time is that of the first to tell.
        "ledger": plain(LedgerEntry, "occurred_at"),
        "taken by banks": taken_by_banks(session),
        "refunds": plain(Refund),
        "credit notes": plain(CreditNote, "number", "undone_at"),
        "disputes": plain(Dispute),
        "attempts": plain(CheckoutAttempt, "completed_at"),
        "work": sorted(message.kind for message in books.rows(OutboxMessage, session)),
    }


def taken_by_banks(session: Session) -> dict[str, int]:
    """What they have now, of Stripe's balance by its movement, and of each invoice or the credit.

    In minor units. Which entries it took to get there is another matter: a refund that is told late
    moves what the bank took from one invoice to another.
    """
    sums: Counter[str] = Counter()
    for entry in books.rows(LedgerEntry, session):
        if entry.kind in OF_BANKS:
            amount = entry.amount if entry.kind == Kind.DISPUTE else -entry.amount
            sums[entry.source] += amount
            sums[entry.invoice_id or "credit"] += amount
    return {name: amount for name, amount in sums.items() if amount}
