"""What each kind of document holds, ready to be laid out.

All amounts are integers in minor units of ``currency``, except unit prices: those are Decimal
minor units and may hold fractions of one (4.9 cents). The texts come from people and are taken
as plain text; they are cleaned and capped where they are drawn (``text.py``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from fsm_portal.gateways.colour import DEFAULT

Tone = Literal["good", "bad", "quiet"]


@dataclass(frozen=True, slots=True)
class CompanyBlock:
    """Who sends the document. ``logo`` is a PNG or JPEG image; ``colour`` is ``#rrggbb``."""

    name: str
    address: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    tax_id: str = ""
    colour: str = DEFAULT
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """``note`` is small print of ours below the description: ``Part · 10% off``."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: int
    detail: str = ""
    tax_label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaxSummary:
    """One rate: what it is called, the amount it applies to, the tax on that amount."""

    label: str
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp across the page: ``Stamp("Paid", "Nov 21, 2026")``."""

    text: str
    note: str = ""
    tone: Tone = "good"


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """An invoice or a credit note.

    ``created_at`` becomes the file's creation date: equal documents make equal bytes, so hand in
    a time from the invoice, not the present. ``bill_to`` begins with the customer's name.
    ``pay_url`` is the only address that the file links to, and must begin with https:// or
    http://; anything else is left out. ``due`` is what is still to be paid, ``deposit`` what of
    it is asked for first (0: nothing is). ``subtotal`` is net of ``discount``, the one on the
    whole, which is called ``discount_label`` (empty: a discount). ``reference`` is the invoice
    that a credit note is about, ``reference_date`` the day of it. What ``credited`` takes off an
    invoice that ``is_void`` is called that.
    """

    company: CompanyBlock
    number: str
    issue_date: date
    bill_to: tuple[str, ...]
    currency: str
    lines: tuple[InvoiceLine, ...]
    subtotal: int
    tax_total: int
    total: int
    due: int
    created_at: datetime
    title: Literal["Invoice", "Credit note"] = "Invoice"
    due_date: date | None = None
    taxes: tuple[TaxSummary, ...] = ()
    paid: int = 0
    credited: int = 0
    deposit: int = 0
    discount: int = 0
    discount_label: str = ""
    stamp: Stamp | None = None
    reference: str = ""
    reference_date: date | None = None
    is_void: bool = False
    notes: str = ""
    terms: str = ""
    pay_url: str = ""
    locale: str = "en_US"


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """How much of a payment went to which invoice, and what that came to in all."""

    number: str
    amount: int
    issue_date: date | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """What of a payment went back: ``words`` such as ``Refunded on Nov 23, 2026``; ``amount`` is
    positive."""

    words: str
    amount: int


@dataclass(frozen=True, slots=True)
class ReceiptDocument:
    """What a customer gets for a payment. ``method`` is such as ``Visa ending 4242``.

    ``credit`` is what no invoice could take of it: it is kept for the customer. ``back`` is what
    went back of it since.
    """

    company: CompanyBlock
    number: str
    paid_on: date
    amount: int
    currency: str
    method: str
    customer: tuple[str, ...]
    created_at: datetime
    reference: str = ""
    allocations: tuple[PaidInvoice, ...] = ()
    credit: int = 0
    back: tuple[MoneyBack, ...] = ()
    stamp: Stamp | None = None
    notes: str = ""
    locale: str = "en_US"


@dataclass(frozen=True, slots=True)
class RefundedPayment:
    """The payment that a refund is of: its receipt's ``number``, and how it stands with it.

    ``before`` is what else went back of it, ``left`` what is left of it after all; minor units.
    """

    number: str
    paid_on: date
    amount: int
    before: int
    left: int


@dataclass(frozen=True, slots=True)
class RefundDocument:
    """What a customer gets for money that went back. ``method`` is where it went.

    ``allocations`` are the invoices that it went back on, each with its part; ``credit`` is what
    of it had been kept for the customer. ``remarks`` are sentences of ours below the sums.
    """

    company: CompanyBlock
    number: str
    refunded_on: date
    amount: int
    currency: str
    method: str
    customer: tuple[str, ...]
    payment: RefundedPayment
    created_at: datetime
    reference: str = ""
    allocations: tuple[PaidInvoice, ...] = ()
    credit: int = 0
    remarks: tuple[str, ...] = ()
    stamp: Stamp | None = None
    locale: str = "en_US"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement. ``amount`` raises what is owed, or lowers it below zero; ``balance`` is what
    is owed after it."""

    day: date
    title: str
    note: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class StatementAccount:
    """One currency of a statement. A balance below zero is the customer's own."""

    currency: str
    opening: int
    raised: int
    lowered: int
    closing: int
    rows: tuple[StatementRow, ...] = ()
    # What of the closing balance is to be paid now, and why not all; mostly empty.
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """What a customer owed, what moved and what is owed, from ``first`` (None: ever) to ``last``.

    ``accounts`` has one for each currency, one at least.
    """

    company: CompanyBlock
    customer: tuple[str, ...]
    first: date | None
    last: date
    accounts: tuple[StatementAccount, ...]
    created_at: datetime
    terms: str = ""
    locale: str = "en_US"
