"""What the page shows. Text ready to be read; nothing is formatted in the browser."""

from dataclasses import dataclass
from typing import Literal

from fsm_portal.flows.staff_desk import NO_DESK, Desk

Tone = Literal["good", "info", "warn", "bad", "quiet"]


@dataclass(frozen=True)
class DifferenceView:
    """One object about which our books and Stripe's differ; ``why`` says what that means."""

    id: str
    what: str
    when: str
    ledger: str
    stripe: str
    why: str
    tone: Tone
    reference: str
    invoice_id: str = ""


@dataclass(frozen=True)
class ProofView:
    """One currency: both sums, what lies between them, and the rows that make the difference.

    ``more`` counts those that are not listed. ``held`` is what Stripe says can be paid out, and
    what is not settled yet.
    """

    currency: str
    ledger: str
    stripe: str
    difference: str
    state: Literal["balanced", "waiting", "off"]
    words: str
    held: str
    rows: tuple[DifferenceView, ...] = ()
    more: str = ""


@dataclass(frozen=True)
class CarriedView:
    """One movement of money that a payout carried to the bank, or took off it."""

    id: str
    what: str
    when: str
    net: str
    invoice_id: str = ""


@dataclass(frozen=True)
class PayoutView:
    """A payout. ``contents`` says what is in it; ``rows`` are there for the one that is open."""

    id: str
    amount: str
    status: str
    tone: Tone
    arrives: str
    contents: str
    trouble: str
    is_open: bool = False
    rows: tuple[CarriedView, ...] = ()
    more: str = ""


@dataclass(frozen=True)
class BarView:
    """A bar of the chart; ``percent`` of the tallest."""

    label: str
    amount: str
    percent: int


@dataclass(frozen=True)
class FactView:
    """Something Stripe told that is not on the books, what that means and what can be done."""

    id: str
    title: str
    badge: str
    tone: Tone
    when: str
    meaning: str
    advice: str
    reference: str
    may_look_up: bool


@dataclass(frozen=True)
class WorkView:
    """Work that was given up."""

    key: str
    title: str
    reason: str
    when: str
    invoice_id: str = ""


@dataclass(frozen=True)
class ReconciliationView:
    """The page. Whoever may not see it has ``allowed`` false and nothing else.

    ``headline`` sums it up. ``notice_title`` and ``notice`` are of the connection to Stripe, empty
    while it stands. ``checked`` says when Stripe was last asked.
    """

    loaded: bool = False
    desk: Desk = NO_DESK
    allowed: bool = False
    may_check: bool = False
    notice_title: str = ""
    notice: str = ""
    notice_tone: Tone = "info"
    checked: str = ""
    checked_trouble: str = ""
    proofs: tuple[ProofView, ...] = ()
    payouts: tuple[PayoutView, ...] = ()
    more_payouts: str = ""
    bars: tuple[BarView, ...] = ()
    facts: tuple[FactView, ...] = ()
    more_facts: str = ""
    work: tuple[WorkView, ...] = ()
    more_work: str = ""
