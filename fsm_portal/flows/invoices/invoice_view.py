"""What both faces show of an invoice: its lines, its sums, its status, ready to show.

Texts are in the reader's locale; amounts come from the document and the ledger as it is now.
Each page's own flow puts these parts together and decides who may see them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, bindparam, exists, select
from sqlmodel import Session

from fsm_portal.domain.balances import InvoiceBalance, invoice_balances
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import connection_of, table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax, LineKind
from fsm_portal.domain.invoice_status import InvoiceStatus, Status, status_of
from fsm_portal.domain.tax_rate import place_in_list
from fsm_portal.flows.payments.under_dispute import disputed_among
from fsm_portal.gateways import formats

_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)
_line = table_of(InvoiceLine)
_tax = table_of(InvoiceTax)

_CODES = {
    Status.DRAFT: "draft",
    Status.UNPAID: "unpaid",
    Status.PARTIALLY_PAID: "partially_paid",
    Status.PAID: "paid",
    Status.PARTIALLY_REFUNDED: "partially_refunded",
    Status.REFUNDED: "refunded",
    Status.VOID: "void",
}
_SETTLED = (Status.PAID, Status.PARTIALLY_REFUNDED, Status.REFUNDED)


@dataclass(frozen=True)
class StatusView:
    """``code`` names the badge (a key of ui.badge.LABELS); the flags stand beside it.

    ``settled``: nothing is left to pay, whatever of it went back since.
    """

    code: str = "draft"
    overdue: bool = False
    processing: bool = False
    disputed: bool = False
    settled: bool = False


@dataclass(frozen=True)
class LineView:
    """One line of an invoice. ``detail`` may be empty, and so may ``discount``: ``10% off``.

    ``kind`` is ``Part`` for a thing that was left with the customer, empty for work.
    """

    description: str
    detail: str
    quantity: str
    unit_price: str
    amount: str
    discount: str = ""
    kind: str = ""


@dataclass(frozen=True)
class SumView:
    """A sum with its name: ``Sales tax 8.25%``, ``$224.65``."""

    label: str
    amount: str


@dataclass(frozen=True)
class SumsView:
    """What the lines come to, less the ``discount`` on the whole, which has a label of its own.

    ``credited``, ``paid`` and ``discount`` are empty where there is nothing. What is taken off a
    void invoice is called that, whatever was credited before.
    """

    subtotal: str = ""
    discount: str = ""
    discount_label: str = ""
    taxes: tuple[SumView, ...] = ()
    total: str = ""
    credited: str = ""
    credited_label: str = "Credited"
    paid: str = ""
    due: str = ""


def status_view(status: InvoiceStatus) -> StatusView:
    """An invoice's status as its badges show it."""
    return StatusView(
        _CODES[status.status],
        status.overdue,
        status.processing,
        status.disputed,
        settled=status.status in _SETTLED,
    )


def customers_status_view(status: InvoiceStatus) -> StatusView:
    """The same for the customer: what their bank is on the way with is not called late to them."""
    if status.processing:
        status = replace(status, overdue=False)
    return status_view(status)


def line_views(
    session: Session, invoice: Invoice, locale: str, limit: int | None = None
) -> tuple[LineView, ...]:
    """The lines of ``invoice``, in order; the first ``limit`` of them, if one is given."""
    rows = session.connection().execute(
        select(
            _line.c.description,
            _line.c.detail,
            _line.c.quantity,
            _line.c.unit_price,
            _line.c.amount,
            _line.c.kind,
            _line.c.discount,
            _line.c.discount_ppm,
        )
        .where(_line.c.company_id == invoice.company_id, _line.c.invoice_id == invoice.id)
        .order_by(_line.c.position)
        .limit(limit)
    )
    return tuple(
        LineView(
            row.description,
            row.detail,
            formats.quantity(row.quantity, locale),
            formats.unit_price(row.unit_price, invoice.currency, locale),
            formats.money(row.amount, invoice.currency, locale),
            discount_words(row.discount, row.discount_ppm, invoice.currency, locale),
            kind_words(row.kind),
        )
        for row in rows
    )


def sums_view(session: Session, invoice: Invoice, balance: InvoiceBalance, locale: str) -> SumsView:
    """The sums of ``invoice`` and what the ledger has of it. A draft is due in full."""

    def money(amount: int) -> str:
        return formats.money(amount, invoice.currency, locale)

    taxes = session.connection().execute(
        select(_tax.c.tax_rate_id, _tax.c.name, _tax.c.rate_ppm, _tax.c.amount).where(
            _tax.c.company_id == invoice.company_id, _tax.c.invoice_id == invoice.id
        )
    )
    return SumsView(
        subtotal=money(invoice.subtotal + invoice.discount),
        discount=money(-invoice.discount) if invoice.discount else "",
        discount_label=discount_label(invoice.discount_ppm, locale),
        taxes=tuple(
            SumView(f"{tax.name} {formats.percent(tax.rate_ppm, locale)}", money(tax.amount))
            for tax in sorted(taxes, key=place_in_list)
        ),
        total=money(invoice.total),
        credited=money(-balance.credited) if balance.credited else "",
        credited_label="Credited" if invoice.voided_at is None else "Voided",
        paid=money(-balance.paid) if balance.paid else "",
        due=money(amount_due(invoice, balance)),
    )


def kind_words(kind: LineKind) -> str:
    """``Part``; work goes without saying."""
    return "Part" if kind == LineKind.PART else ""


def discount_words(amount: int, ppm: int | None, currency: str, locale: str) -> str:
    """A line's discount as one says it: ``10% off``, ``$15.00 off``; empty for none."""
    if not amount:
        return ""
    what = formats.money(amount, currency, locale) if ppm is None else formats.percent(ppm, locale)
    return f"{what} off"


def discount_label(ppm: int | None, locale: str) -> str:
    """What the discount on the whole is called: ``Discount 10%``."""
    return "Discount" if ppm is None else f"Discount {formats.percent(ppm, locale)}"


def amount_due(invoice: Invoice, balance: InvoiceBalance) -> int:
    """Minor units still to be paid, never below zero; a draft's whole total, once it is sent."""
    if invoice.issued_at is None and invoice.voided_at is None:
        return invoice.total
    return max(balance.due, 0)


@dataclass(frozen=True)
class Standing:
    """How an invoice stands: what the ledger says of it, and the status that follows."""

    balance: InvoiceBalance
    status: InvoiceStatus


def standings(
    session: Session, company: Company, invoices: Sequence[Invoice]
) -> dict[str, Standing]:
    """How each of ``invoices`` stands, by id: two statements, however many there are.

    A third where a bank took money of one of them.
    """
    ids = [invoice.id for invoice in invoices]
    balances = invoice_balances(session, company.id, ids)
    processing = processing_among(session, company.id, ids)
    disputed = disputed_among(
        session, company.id, [each for each in ids if balances[each].disputed > 0]
    )
    day = today(company.time_zone)
    return {
        invoice.id: Standing(
            balances[invoice.id],
            status_of(
                invoice,
                balances[invoice.id],
                day,
                processing=invoice.id in processing,
                disputed=invoice.id in disputed,
            ),
        )
        for invoice in invoices
    }


def processing_among(
    session: Session | Connection, company_id: str, invoice_ids: Collection[str]
) -> frozenset[str]:
    """Those of ``invoice_ids`` for which a bank debit is in flight."""
    rows = connection_of(session).execute(
        _PROCESSING, {"company_id": company_id, "invoice_ids": list(invoice_ids)}
    )
    return frozenset(rows.scalars())


def in_flight() -> ColumnElement[bool]:
    """Whether the attempt behind a row of ``checkout_attempt_invoice`` is a debit in flight.

    Not a join: a planner without statistics begins with the company's attempts, all of them.
    """
    return exists().where(
        _attempt.c.company_id == _attempt_invoice.c.company_id,
        _attempt.c.id == _attempt_invoice.c.attempt_id,
        _attempt.c.processing_at.is_not(None),
        _attempt.c.completed_at.is_(None),
        _attempt.c.failed_at.is_(None),
        _attempt.c.closed_at.is_(None),
    )


# Made once: writing a statement costs more than running it.
_PROCESSING = select(_attempt_invoice.c.invoice_id).where(
    _attempt_invoice.c.company_id == bindparam("company_id"),
    _attempt_invoice.c.invoice_id.in_(bindparam("invoice_ids", expanding=True)),
    in_flight(),
)
