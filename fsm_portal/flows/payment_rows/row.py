"""A row of the staff's lists of payments, whatever kind it is of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fsm_portal.flows.payments.dispute_rows import NO_DISPUTE, DisputeView
from fsm_portal.flows.refunding.refund_rows import NO_REFUND, RefundView


@dataclass(frozen=True)
class SourceView:
    """How we know of a payment: in an office's words, and by its exact name."""

    words: str = ""
    term: str = ""
    # The one word for it, where Stripe was the source.
    short: str = ""


NO_SOURCE = SourceView()


@dataclass(frozen=True)
class InvoiceLink:
    """An invoice a payment is for."""

    id: str
    number: str


@dataclass(frozen=True)
class PaymentRow:
    """A payment, an attempt that failed (``failed``, with its ``reason`` and what is ``to_do``), a
    ``refund`` or a ``dispute``.

    Until Stripe has told its fee ``fees_pending`` is set and the fee and net texts are empty; they
    are also empty for whoever does not see fees. ``invoices`` are those it was meant for;
    ``credit`` is what they could not take. ``refunds`` and ``disputes`` are those of a payment,
    where they were asked for; ``may_refund`` says whether whoever looks can refund it. One that
    was taken ``by_hand`` has no fees; ``undone`` says that and when it was reversed.
    """

    id: str
    failed: bool
    when: str
    customer: str
    invoices: tuple[InvoiceLink, ...]
    method: str
    reference: str
    gross: str
    credit: str = ""
    stripe_fee: str = ""
    platform_fee: str = ""
    net: str = ""
    fees_pending: bool = False
    source: SourceView = NO_SOURCE
    reason: str = ""
    to_do: str = ""
    is_refund: bool = False
    refund: RefundView = NO_REFUND
    refunds: tuple[RefundView, ...] = ()
    disputes: tuple[DisputeView, ...] = ()
    is_dispute: bool = False
    dispute: DisputeView = NO_DISPUTE
    may_refund: bool = False
    by_hand: bool = False
    undone: str = ""
    may_reverse: bool = False
    customer_id: str = ""


RowKind = Literal["payment", "failed", "refund", "dispute"]


@dataclass(frozen=True)
class PaymentKey:
    """Which row: a payment, a failed attempt, a refund or a dispute, and when it happened."""

    id: str
    kind: RowKind
    at: datetime
