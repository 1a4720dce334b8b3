"""The notices of a company, read off the facts: nothing of them is stored.

What is told when: a payment that failed, once for each press of Pay and not if the next card went
through; a dispute; an account that was disconnected; work that was given up. ``at`` is when we
learned of it, so that what comes late is new all the same.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import FailedPayment, Payment
from fsm_portal.flows.noticing.times import FOUND, MOST
from fsm_portal.flows.overview.alert import DISPUTES, RECENT, RECONCILIATION, STRIPE_SETTINGS
from fsm_portal.flows.overview.attention import what_was_given_up
from fsm_portal.flows.paying.why_not_payable import what_stripe_needs
from fsm_portal.flows.payment_rows import InvoiceLink, invoices_meant
from fsm_portal.flows.payments.dispute_rows import OF_BANKS, dispute_view
from fsm_portal.flows.payments.failure_words import failure_words
from fsm_portal.flows.payments.payer import PAYER, its_attempt, its_customer
from fsm_portal.gateways import formats

_failed = table_of(FailedPayment)
_attempt = table_of(CheckoutAttempt)
_customer = table_of(Customer)
_payment = table_of(Payment)
_dispute = table_of(Dispute)
_outbox = table_of(OutboxMessage)


@dataclass(frozen=True)
class Notice:
    """``fact`` names it among its kind. ``to`` is the page where something can be done about it."""

    kind: NoticeKind
    fact: str
    at: datetime
    title: str
    text: str
    tone: Literal["bad", "warn"]
    to: str


def notices(
    session: Session, company: Company, kinds: Collection[NoticeKind]
) -> tuple[Notice, ...]:
    """The latest of these kinds, the newest first."""
    key = {"company_id": company.id, "since": now() - RECENT}
    found = [notice for kind in kinds for notice in _of(session, company, kind, key)]
    found.sort(key=lambda notice: (notice.at, notice.fact), reverse=True)
    return tuple(found[:MOST])


def notice_of(session: Session, company: Company, kind: NoticeKind, fact: str) -> Notice | None:
    """One of them; None where it is none any more."""
    key = {"company_id": company.id, "since": now() - RECENT, "fact": fact}
    return next(iter(_of(session, company, kind, key)), None)


def _of(
    session: Session, company: Company, kind: NoticeKind, key: dict[str, Any]
) -> Iterator[Notice]:
    match kind:
        case NoticeKind.FAILED_PAYMENT:
            return _failures(session, company, key)
        case NoticeKind.DISPUTE:
            return _disputes(session, company, key)
        case NoticeKind.UNDELIVERED:
            return _given_up(session, company, key)
        case NoticeKind.ACCOUNT:
            return _account(company)


# ── What each is written from ───────────────────────────────────────────────────────────────────


@cache
def _whole(kind: NoticeKind, one: bool) -> Select[Any]:
    """The rows that a notice of this kind is written from; ``one`` of them by its name."""
    at, limits, order, name = FOUND[kind]
    match kind:
        case NoticeKind.FAILED_PAYMENT:
            rows = (
                select(_failed, PAYER)
                .join(_attempt, its_attempt(_failed))
                .join(_customer, its_customer(_attempt))
            )
        case NoticeKind.DISPUTE:
            rows = OF_BANKS
        case _:
            rows = select(_outbox)
    rows = rows.add_columns(at.label("at")).where(*limits)
    if one:
        rows = rows.where(name == bindparam("fact"))
    return rows.order_by(order.desc()).limit(MOST)


def _rows(session: Session, kind: NoticeKind, key: dict[str, Any]) -> list[Row[Any]]:
    return list(session.connection().execute(_whole(kind, "fact" in key), key).all())


# ── How each of them reads ──────────────────────────────────────────────────────────────────────


def _failures(session: Session, company: Company, key: dict[str, Any]) -> Iterator[Notice]:
    rows = _rows(session, NoticeKind.FAILED_PAYMENT, key)
    meant = invoices_meant(session, company.id, {row.attempt_id for row in rows})
    for row in rows:
        links = meant.get(row.attempt_id, ())
        amount = formats.money(row.amount, row.currency, company.locale)
        yield Notice(
            NoticeKind.FAILED_PAYMENT,
            row.attempt_id,
            row.at,
            f"{row.customer} could not pay {amount}",
            _with_numbers(failure_words(row.code, row.message), links),
            "warn",
            _invoice_page(links) or "/dashboard/payments/",
        )


def _disputes(session: Session, company: Company, key: dict[str, Any]) -> Iterator[Notice]:
    rows = _rows(session, NoticeKind.DISPUTE, key)
    meant = invoices_meant(session, company.id, {row.attempt_id for row in rows})
    for row in rows:
        links = meant.get(row.attempt_id, ())
        view = dispute_view(row, company)
        yield Notice(
            NoticeKind.DISPUTE,
            row.stripe_dispute_id,
            row.at,
            f"{row.customer}: {view.title[0].lower()}{view.title[1:]}",
            _with_numbers(view.to_do.rstrip("."), links),
            "bad" if view.open else "warn",
            _invoice_page(links) or DISPUTES,
        )


def _given_up(session: Session, company: Company, key: dict[str, Any]) -> Iterator[Notice]:
    rows = _rows(session, NoticeKind.UNDELIVERED, key)
    told = what_was_given_up(session, company, rows)
    for row, (title, invoice_id) in zip(rows, told, strict=True):
        links = (InvoiceLink(invoice_id, ""),) if invoice_id else ()
        yield Notice(
            NoticeKind.UNDELIVERED,
            row.key,
            row.at,
            title,
            f"{row.dead_reason.rstrip('.')}.",
            "bad",
            _invoice_page(links) or RECONCILIATION,
        )


def _account(company: Company) -> Iterator[Notice]:
    if company.stripe_deauthorized_at is None:
        return
    title, text = what_stripe_needs(company)
    yield Notice(
        NoticeKind.ACCOUNT,
        company.stripe_account_id or "",
        company.stripe_deauthorized_at,
        title,
        text,
        "bad",
        STRIPE_SETTINGS,
    )


def _with_numbers(words: str, links: tuple[InvoiceLink, ...]) -> str:
    numbers = ", ".join(link.number for link in links)
    invoices = "Invoice" if len(links) == 1 else "Invoices"
    return f"{words}. {invoices} {numbers}." if numbers else f"{words}."


def _invoice_page(links: tuple[InvoiceLink, ...]) -> str:
    return f"/dashboard/invoices/{links[0].id}/" if len(links) == 1 else ""
