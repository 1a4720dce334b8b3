"""Money that went back, or should have, and needs a hand: refunds that failed, open disputes."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.overview.alert import DISPUTES, RECENT, REFUNDS, SHOWN_OF_A_KIND, Alert
from fsm_portal.flows.payment_rows import InvoiceLink, invoices_meant
from fsm_portal.flows.payments.dispute_rows import OF_BANKS, dispute_view
from fsm_portal.flows.payments.kept_by_bank import got_twice
from fsm_portal.flows.payments.payer import PAYER, its_customer
from fsm_portal.flows.refunding.refund_words import refund_words
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_refund = table_of(Refund)
_later = _refund.alias("later")
_payment = table_of(Payment)
_customer = table_of(Customer)
_dispute = table_of(Dispute)

_NOTHING = [status for status in RefundStatus if status.came_to_nothing]
# Banks take up to three months to decide.
_DECIDED_WITHIN = timedelta(days=90)
# A bank waits for the company's word.
_UNANSWERED = ("needs_response", "warning_needs_response")

_tried_again = exists().where(
    _later.c.company_id == _refund.c.company_id,
    _later.c.payment_id == _refund.c.payment_id,
    _later.c.id > _refund.c.id,
    _later.c.status.in_((RefundStatus.PENDING, RefundStatus.SUCCEEDED)),
)
# Made once: writing a statement costs more than running it, and these run at every payment.
_REFUNDS = (
    select(_refund, _payment.c.attempt_id, PAYER)
    .join(
        _payment,
        and_(_payment.c.company_id == _refund.c.company_id, _payment.c.id == _refund.c.payment_id),
    )
    .join(_customer, its_customer(_payment))
    .where(
        _refund.c.company_id == bindparam("company_id"),
        _refund.c.happened_at > bindparam("since"),
        or_(
            and_(_refund.c.status == RefundStatus.ASKED, _refund.c.unanswered_at.is_not(None)),
            and_(_refund.c.status.in_(_NOTHING), ~_tried_again),
        ),
    )
    .order_by(_refund.c.happened_at.desc())
    .limit(SHOWN_OF_A_KIND)
)
_OF_BANKS = OF_BANKS.where(_dispute.c.company_id == bindparam("company_id")).limit(SHOWN_OF_A_KIND)
_DISPUTES = _OF_BANKS.where(_dispute.c.status.in_(_UNANSWERED)).order_by(_dispute.c.evidence_due_at)
_TAKEN_TWICE = _OF_BANKS.where(
    _dispute.c.status == "lost",
    _dispute.c.opened_at > bindparam("since"),
    got_twice(_dispute) > 0,
).order_by(_dispute.c.opened_at.desc())


def disputes_to_answer(session: Session, company: Company) -> Iterable[Alert]:
    """Banks that wait for an answer, the one that waits shortest first."""
    rows = session.connection().execute(_DISPUTES, {"company_id": company.id}).all()
    meant = invoices_meant(session, company.id, {row.attempt_id for row in rows})
    for row in rows:
        links = meant.get(row.attempt_id, ())
        view = dispute_view(row, company)
        yield Alert(
            row.id,
            f"{row.customer}: {view.title[0].lower()}{view.title[1:]}",
            f"{view.to_do}{_about(links)}",
            "bad",
            links[0].id if len(links) == 1 else "",
            "" if len(links) == 1 else DISPUTES,
        )


def taken_twice(session: Session, company: Company) -> Iterable[Alert]:
    """What a bank took and the company had refunded before: the office decides what to do."""
    since = {"company_id": company.id, "since": now() - RECENT - _DECIDED_WITHIN}
    rows = session.connection().execute(_TAKEN_TWICE, since).all()
    meant = invoices_meant(session, company.id, {row.attempt_id for row in rows})
    for row in rows:
        links = meant.get(row.attempt_id, ())
        twice = formats.money(row.twice, row.currency, company.locale)
        yield Alert(
            row.id,
            f"{row.customer}: the bank took back {twice} more than was left of a payment",
            f"{dispute_view(row, company).to_do}{_about(links)}",
            "bad",
            links[0].id if len(links) == 1 else "",
            "" if len(links) == 1 else DISPUTES,
        )


def refunds_that_failed(session: Session, company: Company) -> Iterable[Alert]:
    """Refused, come back, or without an answer; until the payment is refunded anew."""
    since = {"company_id": company.id, "since": now() - RECENT}
    rows = session.connection().execute(_REFUNDS, since).all()
    meant = invoices_meant(session, company.id, {row.attempt_id for row in rows})
    for row in rows:
        links = meant.get(row.attempt_id, ())
        words = refund_words(
            RefundStatus(row.status), row.failure_reason, row.unanswered_at is not None
        )
        amount = formats.money(row.amount, row.currency, company.locale)
        when = recently(row.happened_at, company.time_zone, company.locale, now())
        yield Alert(
            row.id,
            f"Refund of {amount} to {row.customer}: {words.label[0].lower()}{words.label[1:]}",
            f"{words.note}{_about(links)} · {when}",
            "warn" if words.tone == "warn" else "bad",
            links[0].id if len(links) == 1 else "",
            "" if len(links) == 1 else REFUNDS,
        )


def _about(links: tuple[InvoiceLink, ...]) -> str:
    numbers = ", ".join(link.number for link in links)
    return f" · {numbers}" if numbers else ""
