"""The overview's figures are the ledger's, whatever happened: added up here entry by entry."""

import contextlib
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.dispute import CLOSED, Dispute
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.flows.by_hand.reverse_payment import CannotReverse, reverse_payment
from fsm_portal.flows.by_hand.take_payment import take_payment
from fsm_portal.flows.by_hand.taken import CannotTake, Taken
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.invoicing.void_invoice import CannotVoid, void_invoice
from fsm_portal.flows.overview.show_overview import show_overview
from fsm_portal.flows.recorder import record_fact
from fsm_portal.gateways.compact import compact_money
from fsm_portal.gateways.formats import money
from fsm_portal.gateways.stripe_facts import DisputeChanged, DisputeMovement, RefundChanged
from tests.invoices import write_invoice
from tests.payments import checkout, received

NEW_YORK = ZoneInfo("America/New_York")
# The clock of the tests: Monday 16 November 2026 in New York, whose week began on Sunday.
TODAY, WEEK = date(2026, 11, 16), date(2026, 11, 15)


@pytest.mark.parametrize("seed", range(12))
def test_after_any_history_the_figures_are_the_ledgers(seed, database, clock, company, dana, maya):
    _live(random.Random(seed), company, dana, _identity(maya))
    view = show_overview(Scope("staff", company.id, None, maya.role))
    entries, disputed = _entries(company.id), _disputed(company.id)
    due = _due(entries)
    with reading() as session:
        invoices = {one.id: one for one in session.exec(select(Invoice)).all()}
    ages = [0] * 5
    counts = [0] * 5
    for invoice_id, amount in due.items():
        late = (TODAY - invoices[invoice_id].due_date).days
        age = sum(late >= first for first in (1, 31, 61, 91))
        if amount > 0:
            ages[0 if invoice_id in disputed else age] += amount
            counts[0 if invoice_id in disputed else age] += 1

    assert view.outstanding.amount == money(sum(ages), "USD", "en_US")
    assert view.outstanding.note.split()[0] == str(sum(counts))
    assert view.overdue.amount == money(sum(ages[1:]), "USD", "en_US")
    assert view.overdue.note.split()[0] == str(sum(counts[1:]))
    assert [bucket.amount for bucket in view.ages] == [
        compact_money(amount, "USD", "en_US") for amount in ages
    ]
    for figure, since in ((view.today, TODAY), (view.week, WEEK)):
        amount, payments = _received(entries, since)
        assert figure.amount == money(amount, "USD", "en_US")
        assert figure.note.split()[0] == str(payments)


def _live(rng: random.Random, company, dana, who: Identity) -> None:
    """Some weeks of a company, anything after anything."""
    invoices = [
        write_invoice(
            company,
            dana,
            number=f"INV-{number:04}",
            issue_date=TODAY - timedelta(days=rng.randrange(0, 160)),
            due_in_days=rng.choice((0, 14, 30)),
        )
        for number in range(rng.randrange(4, 14))
    ]
    payments: list[Payment] = []
    acts: list[Callable[[], None]] = [
        lambda: payments.append(_paid(rng, rng.sample(invoices, rng.choice((1, 1, 2))))),
        lambda: payments.append(_paid(rng, rng.sample(invoices, 1))),
        lambda: _by_hand(rng, who, rng.choice(invoices)),
        lambda: _reverse(rng, who),
        lambda: _refund(rng, company.id, payments),
        lambda: _dispute(rng, company.id, payments),
        lambda: _void(who, rng.choice(invoices)),
    ]
    for _ in range(rng.randrange(5, 30)):
        rng.choice(acts)()


def _moment(rng: random.Random) -> datetime:
    """Close to the hours at which days and weeks begin, and a little of any time."""
    begins = datetime(2026, 11, rng.choice((15, 16)), 5, tzinfo=UTC)
    return begins + timedelta(hours=rng.choice((-30, -1, 0, 0, 1, 8)))


def _paid(rng: random.Random, some: list[Invoice]) -> Payment:
    # What was paid otherwise meanwhile becomes credit.
    attempt = checkout(*some, amount=rng.choice((28_000, 1_000)))
    return received(attempt, at=_moment(rng))


def _by_hand(rng: random.Random, who: Identity, invoice: Invoice) -> None:
    day = rng.choice((TODAY, WEEK, TODAY - timedelta(days=9)))
    taken = Taken(new_id(), "cash", rng.choice(("10", "280")), day.isoformat(), keep=True)
    with contextlib.suppress(CannotTake):
        take_payment(who, invoice.id, taken)


def _reverse(rng: random.Random, who: Identity) -> None:
    with reading() as session:
        found = session.exec(select(Payment.id).where(Payment.taken_by == who.person_id)).all()
    with contextlib.suppress(CannotReverse):
        reverse_payment(who, rng.choice(found or [""]))


def _refund(rng: random.Random, company_id: str, payments: list[Payment]) -> None:
    if not payments:
        return
    of = rng.choice(payments)
    payments.remove(of)
    fact = RefundChanged(
        stripe_refund_id=f"re_{of.id}",
        payment_intent_id=of.payment_intent_id or "",
        refund_id=None,
        amount=rng.choice((of.amount, of.amount // 2)),
        currency=of.currency,
        status="succeeded",
        reason="",
        failure_reason="",
        balance_transaction_id=None,
        returned=False,
        occurred_at=_moment(rng),
    )
    _record(company_id, fact)


def _dispute(rng: random.Random, company_id: str, payments: list[Payment]) -> None:
    if not payments:
        return
    of = rng.choice(payments)
    payments.remove(of)
    at = _moment(rng)
    fact = DisputeChanged(
        stripe_dispute_id=f"dp_{of.id}",
        payment_intent_id=of.payment_intent_id or "",
        amount=of.amount,
        currency=of.currency,
        status=rng.choice(("needs_response", "under_review", "lost")),
        reason="fraudulent",
        evidence_due_at=None,
        movements=(DisputeMovement(f"txn_{of.id}", of.currency, -of.amount, 1_500, at),),
        occurred_at=at,
    )
    _record(company_id, fact)


def _void(who: Identity, invoice: Invoice) -> None:
    with contextlib.suppress(CannotVoid):
        void_invoice(who, invoice.id)


def _record(company_id: str, fact: RefundChanged | DisputeChanged) -> None:
    with unit_of_work() as session:
        record_fact(session.connection(), company_id, fact, BroughtBy.WEBHOOK)


def _identity(maya) -> Identity:
    return Identity("staff", maya.company_id, maya.id, new_id(), maya.name, maya.email, maya.role)


def _entries(company_id: str) -> list[LedgerEntry]:
    with reading() as session:
        found = session.exec(select(LedgerEntry).where(LedgerEntry.company_id == company_id))
        return list(found.all())


def _due(entries: list[LedgerEntry]) -> dict[str, int]:
    due: dict[str, int] = {}
    for entry in entries:
        if entry.invoice_id and Account.RECEIVABLE in (entry.debit, entry.credit):
            signed = entry.amount if entry.debit == Account.RECEIVABLE else -entry.amount
            due[entry.invoice_id] = due.get(entry.invoice_id, 0) + signed
    return due


def _disputed(company_id: str) -> set[str]:
    """Invoices of which a bank holds money at present."""
    with reading() as session:
        disputes = session.exec(select(Dispute).where(Dispute.company_id == company_id)).all()
    waiting = {one.payment_id for one in disputes if one.status not in CLOSED}
    held: dict[str, int] = {}
    for entry in _entries(company_id):
        if entry.payment_id in waiting and entry.invoice_id:
            sign = {Kind.DISPUTE: 1, Kind.DISPUTE_RETURNED: -1}.get(Kind(entry.kind), 0)
            held[entry.invoice_id] = held.get(entry.invoice_id, 0) + sign * entry.amount
    return {invoice_id for invoice_id, amount in held.items() if amount > 0}


def _received(entries: list[LedgerEntry], since: date) -> tuple[int, int]:
    """What came in since the day began in New York, and in how many payments."""
    begins = datetime(since.year, since.month, since.day, tzinfo=NEW_YORK)
    reversed_ones = {one.payment_id for one in entries if one.kind == Kind.PAYMENT_REVERSED}
    came = [
        entry
        for entry in entries
        if entry.kind in (Kind.PAYMENT, Kind.OVERPAYMENT)
        and entry.debit in (Account.STRIPE, Account.ON_HAND)
        and entry.occurred_at >= begins
        and entry.payment_id not in reversed_ones
    ]
    return sum(entry.amount for entry in came), len({entry.source for entry in came})
