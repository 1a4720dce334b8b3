"""How an invoice stands, told to its customer: what it means and, if anything, what to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.balances import InvoiceBalance
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_status import Status
from fsm_portal.domain.payment import FailedPayment, Payment, PaymentAllocation
from fsm_portal.flows.invoices.invoice_view import Standing, in_flight
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.gateways import formats

_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)
_failed = table_of(FailedPayment)
_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)

_DEBITS = frozenset({"us_bank_account", "sepa_debit"})
# https://docs.stripe.com/declines/codes, those that help whoever pays to do something about it.
# Why a bank suspects fraud is between it and the holder of the card.
_REASONS = {
    "account_closed": "the bank account is closed",
    "debit_not_authorized": "the bank says that the debit was not authorised",
    "expired_card": "the card has expired",
    "incorrect_cvc": "the security code was wrong",
    "insufficient_funds": "there was not enough money in the account",
    "no_account": "there is no such bank account",
}


@dataclass(frozen=True)
class NewsView:
    """Ready to show; all empty where there is nothing to say."""

    tone: Literal["good", "info", "warn", "quiet"] = "quiet"
    title: str = ""
    text: str = ""


NO_NEWS = NewsView()

_WITH_THE_BANK = NewsView(
    "quiet",
    "Your bank is looking into a payment",
    "You or your bank asked for it to be checked. There is nothing to pay here until your bank has "
    "decided; questions about it are best put to your bank.",
)
_SETTLED = {
    Status.VOID: NewsView(
        "quiet", "This invoice is void", "It has been withdrawn: there is nothing to pay."
    ),
    Status.PAID: NewsView("good", "Paid in full", "Thank you! There is nothing left to pay."),
    Status.REFUNDED: NewsView(
        "quiet",
        "Refunded",
        "What you paid on this invoice went back to you. There is nothing to pay.",
    ),
    Status.PARTIALLY_REFUNDED: NewsView(
        "good",
        "Paid, and refunded in part",
        "Part of what you paid went back to you. There is nothing left to pay.",
    ),
}


def invoice_news(
    session: Session, company: Company, invoice: Invoice, standing: Standing, locale: str
) -> NewsView:
    """What the customer of ``invoice`` is to know first, written in ``locale``."""
    status, balance = standing.status, standing.balance
    if status.disputed:
        return _WITH_THE_BANK
    if status.status in _SETTLED:
        return _SETTLED[status.status]
    if status.processing:
        return _on_its_way(session, invoice, balance, locale)
    if failed := _last_failure(session, invoice):
        return _did_not_go_through(failed, company, locale)
    return _open_again(balance, company, invoice.currency, locale)


def _on_its_way(
    session: Session, invoice: Invoice, balance: InvoiceBalance, locale: str
) -> NewsView:
    key = {"company_id": invoice.company_id, "invoice_id": invoice.id}
    meant = int(session.connection().execute(_IN_FLIGHT, key).scalar_one())
    amount = formats.money(meant, invoice.currency, locale)
    what_then = "There is nothing more to do."
    if meant < balance.due:
        what_then = "The rest can be paid once it is here."
    return NewsView(
        "info", "Bank payment on its way", f"{amount} takes a few days to arrive. {what_then}"
    )


def _open_again(balance: InvoiceBalance, company: Company, currency: str, locale: str) -> NewsView:
    """Why something is due that had been paid once."""
    if balance.disputed > 0:
        amount = formats.money(balance.disputed, currency, locale)
        return NewsView(
            "warn",
            "Due again",
            f"Your bank gave {amount} back to you, so this invoice is open again. Pay here, or "
            f"ask {company.name} if you think that this is not right.",
        )
    if balance.refunded > 0 and balance.refunded > balance.credited:
        amount = formats.money(balance.refunded, currency, locale)
        return NewsView(
            "info",
            "Refunded, and due again",
            f"{amount} went back to you, and this invoice is open again for what is due below.",
        )
    return NO_NEWS


def _did_not_go_through(failed: Row[*tuple[Any, ...]], company: Company, locale: str) -> NewsView:
    at: datetime = failed.failed_at
    day = formats.day(at.astimezone(ZoneInfo(company.time_zone)).date(), locale)
    amount = formats.money(failed.amount, failed.currency, locale)
    why = _REASONS.get(failed.code or "", "")
    because = f": {why}" if why else ""
    if failed.debit_failed_at is not None or failed.method in _DEBITS:
        return NewsView(
            "warn",
            "Your bank payment did not go through",
            f"Your bank turned down {amount} on {day}{because}. Nothing was paid: please pay "
            "again, by card or from another account.",
        )
    return NewsView(
        "warn",
        "Your last payment was declined",
        f"{method_words(failed.method, failed.last4)} was declined for {amount} on {day}{because}. "
        "Nothing was charged: try again, or use another card.",
    )


def _last_failure(session: Session, invoice: Invoice) -> Row[*tuple[Any, ...]] | None:
    """The newest try that came to nothing; None if something was paid since."""
    key = {"company_id": invoice.company_id, "invoice_id": invoice.id}
    connection = session.connection()
    failed = connection.execute(_FAILED, key).first()
    if failed is None:
        return None
    paid_at = connection.execute(_LAST_PAID, key).scalar()
    return failed if paid_at is None or paid_at < failed.failed_at else None


# Made once: writing a statement costs more than running it.
_IN_FLIGHT = select(func.coalesce(func.sum(_attempt_invoice.c.amount), 0)).where(
    _attempt_invoice.c.company_id == bindparam("company_id"),
    _attempt_invoice.c.invoice_id == bindparam("invoice_id"),
    in_flight(),
)
_FAILED_AT = func.coalesce(_failed.c.failed_at, _attempt.c.failed_at)
_FAILED = (
    select(
        _FAILED_AT.label("failed_at"),
        _attempt.c.failed_at.label("debit_failed_at"),
        _attempt.c.amount,
        _attempt.c.currency,
        _failed.c.code,
        func.coalesce(_failed.c.method, "").label("method"),
        func.coalesce(_failed.c.last4, "").label("last4"),
    )
    .select_from(_attempt_invoice)
    .join(
        _attempt,
        (_attempt.c.company_id == _attempt_invoice.c.company_id)
        & (_attempt.c.id == _attempt_invoice.c.attempt_id),
    )
    .outerjoin(
        _failed,
        (_failed.c.company_id == _attempt.c.company_id) & (_failed.c.attempt_id == _attempt.c.id),
    )
    .where(
        _attempt_invoice.c.company_id == bindparam("company_id"),
        _attempt_invoice.c.invoice_id == bindparam("invoice_id"),
        _attempt.c.completed_at.is_(None),
        _FAILED_AT.is_not(None),
    )
    .order_by(_FAILED_AT.desc())
    .limit(1)
)
_LAST_PAID = (
    select(func.max(_payment.c.received_at))
    .select_from(_allocation)
    .join(
        _payment,
        (_payment.c.company_id == _allocation.c.company_id)
        & (_payment.c.id == _allocation.c.payment_id),
    )
    .where(
        _allocation.c.company_id == bindparam("company_id"),
        _allocation.c.invoice_id == bindparam("invoice_id"),
    )
)
