"""The double-entry ledger. Every settled fact posts entries; balances and statuses derive from it.

One row debits one account and credits another with the same amount, so the trial balance is zero
by its form. Rows are never changed: a correction is a new entry. A row is unique by the object it
comes from (``source``), its ``kind`` and ``part``, so a fact that comes twice posts once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, Session, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice, minor_units
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import connection_of, insertion
from fsm_portal.domain.statement import Call, together


class Account(StrEnum):
    """The accounts of a company's books, per currency.

    ``stripe`` is the balance at Stripe: it equals the sum of Stripe's balance transactions.
    ``customer_credit`` is what the company owes its customers: overpayments, unapplied credit.
    ``on_hand`` is what staff took by hand, ``bank`` what Stripe paid out. ``elsewhere`` is money at
    Stripe that no invoice of this portal brought. ``exchange`` stands between two currencies where
    Stripe converted: what it holds in each of them together is what changing cost or brought.
    """

    RECEIVABLE = "receivable"
    SALES = "sales"
    SALES_CREDITED = "sales_credited"
    TAX = "tax"
    STRIPE = "stripe"
    STRIPE_FEE = "stripe_fee"
    PLATFORM_FEE = "platform_fee"
    DISPUTE_FEE = "dispute_fee"
    CUSTOMER_CREDIT = "customer_credit"
    ON_HAND = "on_hand"
    BANK = "bank"
    ELSEWHERE = "elsewhere"
    EXCHANGE = "exchange"


class Kind(StrEnum):
    """What kind of fact an entry records."""

    SALE = "sale"
    TAX = "tax"
    VOID = "void"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    OVERPAYMENT = "overpayment"
    STRIPE_FEE = "stripe_fee"
    PLATFORM_FEE = "platform_fee"
    # A refund and what goes with it; a refund may come back.
    REFUND = "refund"
    REFUND_RETURNED = "refund_returned"
    PLATFORM_FEE_RETURNED = "platform_fee_returned"
    CREDIT_NOTE_UNDONE = "credit_note_undone"
    # A dispute takes money away; a won one brings it back, its fee stays.
    DISPUTE = "dispute"
    DISPUTE_RETURNED = "dispute_returned"
    DISPUTE_FEE = "dispute_fee"
    # A payment taken by hand that was a mistake; credit put to an invoice, which names the payment
    # that the credit is of: what goes back of that payment later goes back on this invoice.
    PAYMENT_REVERSED = "payment_reversed"
    # … and taken off it again: it had been put to the wrong one.
    CREDIT_APPLIED = "credit_applied"
    CREDIT_RETURNED = "credit_returned"
    PAYOUT = "payout"
    PAYOUT_RETURNED = "payout_returned"
    ELSEWHERE = "elsewhere"
    # Stripe changed the money into the account's own currency: out of one, into the other.
    CONVERSION = "conversion"


# As text, word for word in the index and in what asks: SQLite compares them so.
OF_CREDIT = text("(debit = 'customer_credit' OR credit = 'customer_credit')")
# What came in: at Stripe, or in hand.
OF_RECEIPTS = text("(kind IN ('payment', 'overpayment') AND debit IN ('stripe', 'on_hand'))")
OF_OVERPAYMENTS = text("(kind = 'overpayment')")


class LedgerEntry(SQLModel, table=True):
    """``amount`` is positive, in minor units. ``occurred_at`` is when it happened, UTC."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("company_id", "source", "kind", "part", name="ledger_entry_fact"),
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        ForeignKeyConstraint(
            ["company_id", "payment_id"],
            ["payment.company_id", "payment.id"],
            name="ledger_entry_payment_of",
        ),
        CheckConstraint("amount > 0", name="ledger_entry_positive"),
        CheckConstraint("debit <> credit", name="ledger_entry_two_accounts"),
        # Covers what an invoice's balance asks for: statuses are read off it all day.
        Index(
            "ledger_entry_invoice", "company_id", "invoice_id", "kind", "debit", "credit", "amount"
        ),
        Index("ledger_entry_time", "company_id", "occurred_at"),
        Index("ledger_entry_payment", "company_id", "payment_id"),
        Index(
            "ledger_entry_customer_credit",
            "company_id",
            "customer_id",
            sqlite_where=OF_CREDIT,
            postgresql_where=OF_CREDIT,
        ),
        # Covers what came in since a day.
        Index(
            "ledger_entry_received",
            *("company_id", "occurred_at", "source", "currency", "amount"),
            *("payment_id", "kind", "debit"),
            sqlite_where=OF_RECEIPTS,
            postgresql_where=OF_RECEIPTS,
        ),
        Index(
            "ledger_entry_overpaid",
            *("company_id", "occurred_at"),
            sqlite_where=OF_OVERPAYMENTS,
            postgresql_where=OF_OVERPAYMENTS,
        ),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    debit: Account = Field(sa_column=choice(Account, "ledger_debit"))
    credit: Account = Field(sa_column=choice(Account, "ledger_credit"))
    amount: int = Field(sa_column=minor_units())
    currency: str = Field(max_length=3)
    customer_id: str | None = Field(default=None, max_length=32)
    invoice_id: str | None = Field(default=None, max_length=32)
    # The payment whose money it is: what it paid, what went back of it, what it cost.
    payment_id: str | None = Field(default=None, max_length=32)
    kind: Kind = Field(sa_column=choice(Kind, "ledger_kind"))
    # The object the entry comes from: a Stripe id, or the id of our own document.
    source: str = Field(max_length=255)
    # Tells entries of one source and kind apart: the invoice of an allocation, a tax rate.
    part: str = Field(default="", max_length=64)
    occurred_at: datetime
    recorded_at: datetime = Field(default_factory=now)


@dataclass(frozen=True)
class Posting:
    """An entry to be: ``amount`` in minor units, never negative; zero posts nothing."""

    debit: Account
    credit: Account
    amount: int
    kind: Kind
    part: str = ""
    invoice_id: str | None = None


def entry_rows(
    *,
    company_id: str,
    currency: str,
    source: str,
    occurred_at: datetime,
    customer_id: str | None,
    payment_id: str | None = None,
    postings: Iterable[Posting],
) -> list[dict[str, Any]]:
    """The rows of one fact's entries, every column filled; a posting of zero makes none.

    For ``post()``, and for inserting the entries of many new documents at once.
    Raises ValueError for a negative amount: swap the accounts instead.
    """
    rows: list[dict[str, Any]] = []
    for posting in postings:
        if posting.amount < 0:
            raise ValueError("a posting has a positive amount; swap its accounts instead")
        if posting.amount == 0:
            continue
        rows.append(
            {
                "company_id": company_id,
                "id": new_id(),
                "debit": posting.debit,
                "credit": posting.credit,
                "amount": posting.amount,
                "currency": currency,
                "customer_id": customer_id,
                "invoice_id": posting.invoice_id,
                "payment_id": payment_id,
                "kind": posting.kind,
                "source": source,
                "part": posting.part,
                "occurred_at": occurred_at,
                "recorded_at": now(),
            }
        )
    return rows


def post(
    session: Session | Connection,
    *,
    company_id: str,
    currency: str,
    source: str,
    occurred_at: datetime,
    customer_id: str | None,
    payment_id: str | None = None,
    postings: Iterable[Posting],
) -> int:
    """Post ``postings`` of one fact; those that stand already are left alone.

    Returns how many were new. Raises ValueError for a negative amount: swap the accounts instead.
    """
    rows = entry_rows(
        company_id=company_id,
        currency=currency,
        source=source,
        occurred_at=occurred_at,
        customer_id=customer_id,
        payment_id=payment_id,
        postings=postings,
    )
    connection = connection_of(session)
    return sum(answer.affected for answer in together(connection, *entries_once(connection, rows)))


def entries_once(connection: Connection, rows: list[dict[str, Any]]) -> list[Call]:
    """What inserts each of ``entry_rows()`` that is not there yet, in the order to ask it in."""
    return [insertion(connection, LedgerEntry, row) for row in _in_one_order(rows)]


def _in_one_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By invoice: an entry locks what is due on it, and nobody may wait for who waits for them."""
    return sorted(rows, key=lambda row: row["invoice_id"] or "~")


# The part of an entry by which money became credit.
_CREDIT = "credit"


def part_as_credit(invoice_id: str | None) -> str:
    """The ``part`` of what came back to an invoice that needs it no more: credit since."""
    return f"{_CREDIT}:{invoice_id or ''}"


def became_credit(part: str) -> str | None:
    """The invoice of a ``part_as_credit``; None where ``part`` is none."""
    word, _, rest = part.partition(":")
    return rest.partition(":")[0] or None if word == _CREDIT else None
