"""Disputes as the staff's pages show them: what is the matter, what to do and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.dispute import CLOSED, Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.payments.kept_by_bank import got_twice, kept_of
from fsm_portal.flows.payments.payer import PAYER, its_customer
from fsm_portal.gateways import formats
from fsm_portal.gateways.stripe_dashboard import dispute_page

_dispute = table_of(Dispute)
_payment = table_of(Payment)
_customer = table_of(Customer)

# What ``dispute_view`` reads, and who paid: begun here, narrowed by whoever looks for some of them.
OF_BANKS = (
    select(
        _dispute,
        _payment.c.stripe_account_id,
        _payment.c.attempt_id,
        kept_of(_dispute).label("kept"),
        got_twice(_dispute).label("twice"),
        PAYER,
    )
    .join(
        _payment,
        (_payment.c.company_id == _dispute.c.company_id) & (_payment.c.id == _dispute.c.payment_id),
    )
    .join(_customer, its_customer(_payment))
)

# https://docs.stripe.com/api/disputes/object#dispute_object-reason
_REASONS = {
    "bank_cannot_process": "the bank could not process it",
    "check_returned": "a cheque came back",
    "credit_not_processed": "a refund they were promised did not come",
    "customer_initiated": "the customer asked their bank to take it back",
    "debit_not_authorized": "the account’s holder did not authorise it",
    "duplicate": "they say they paid twice",
    "fraudulent": "the cardholder says it was not them",
    "incorrect_account_details": "the account’s details were wrong",
    "insufficient_funds": "there was not enough money in the account",
    "product_not_received": "they say the work was not done",
    "product_unacceptable": "they are not content with the work",
    "subscription_canceled": "they say they had cancelled",
    "unrecognized": "they do not recognise it",
}


@dataclass(frozen=True)
class DisputeView:
    """``label`` and ``tone`` are the badge's. ``why`` is what the customer says, a sentence; empty
    where the bank does not tell. ``to_do`` says what the office can do, by when. ``nothing``: no
    money is with the bank, as it gave it back or took none."""

    id: str = ""
    title: str = ""
    label: str = ""
    tone: Literal["warn", "bad", "good", "quiet"] = "quiet"
    why: str = ""
    to_do: str = ""
    reference: str = ""
    link: str = ""
    open: bool = False
    nothing: bool = False


NO_DISPUTE = DisputeView()


# Made once: writing a statement costs more than running it.
_SHOWN = select(
    _dispute,
    _payment.c.stripe_account_id,
    kept_of(_dispute).label("kept"),
    got_twice(_dispute).label("twice"),
).join(
    _payment,
    (_payment.c.company_id == _dispute.c.company_id) & (_payment.c.id == _dispute.c.payment_id),
)
_OF_PAYMENTS = _SHOWN.where(
    _dispute.c.company_id == bindparam("company_id"),
    _dispute.c.payment_id.in_(bindparam("ids", expanding=True)),
).order_by(_dispute.c.opened_at)
_THESE = _SHOWN.where(
    _dispute.c.company_id == bindparam("company_id"),
    _dispute.c.id.in_(bindparam("ids", expanding=True)),
)


def disputes(
    session: Session, company: Company, ids: Sequence[str]
) -> list[tuple[Row[*tuple[Any, ...]], DisputeView]]:
    """The disputes with these ids: each one's row, and what is shown of it."""
    rows = session.connection().execute(_THESE, {"company_id": company.id, "ids": list(ids)})
    return [(row, dispute_view(row, company)) for row in rows]


def disputes_by_payment(
    session: Session, company: Company, payment_ids: Sequence[str]
) -> dict[str, tuple[DisputeView, ...]]:
    """The disputes of each payment, the oldest first."""
    found: dict[str, tuple[DisputeView, ...]] = {}
    for row in session.connection().execute(
        _OF_PAYMENTS, {"company_id": company.id, "ids": list(payment_ids)}
    ):
        found[row.payment_id] = (*found.get(row.payment_id, ()), dispute_view(row, company))
    return found


def dispute_view(row: Row[*tuple[Any, ...]], company: Company) -> DisputeView:
    """``row`` is a dispute with the ``stripe_account_id`` of its payment.

    And ``kept`` and ``twice``: see kept_by_bank.
    """
    amount = formats.money(row.amount, row.currency, company.locale)
    why = _REASONS.get(row.reason, "")
    inquiry = row.status.startswith("warning_")
    title = f"The customer’s bank {'asks about' if inquiry else 'disputes'} {amount}"
    label, tone = dispute_badge(row.status)
    return DisputeView(
        id=row.id,
        title=f"{title}: {why}" if why else title,
        label=label,
        tone=tone,
        why=f"{why[:1].upper()}{why[1:]}",
        to_do=_to_do(row, company, amount),
        reference=row.stripe_dispute_id,
        link=dispute_page(row.stripe_account_id, row.stripe_dispute_id),
        open=row.status not in CLOSED,
        nothing=row.status not in _TAKEN,
    )


_BADGES: dict[str, tuple[str, Literal["warn", "bad", "good", "quiet"]]] = {
    "needs_response": ("Answer needed", "bad"),
    "under_review": ("Under review", "warn"),
    "warning_needs_response": ("Answer needed", "warn"),
    "warning_under_review": ("Under review", "warn"),
    "won": ("Won", "good"),
    "lost": ("Lost", "bad"),
}


# While it is so, what was disputed is with the bank, or it was.
_TAKEN = ("needs_response", "under_review", "lost")


def dispute_badge(status: str) -> tuple[str, Literal["warn", "bad", "good", "quiet"]]:
    """How far a dispute is, in Stripe's ``status``: the badge's label and tone."""
    return _BADGES.get(status, ("Closed", "quiet"))


def _to_do(row: Row[*tuple[Any, ...]], company: Company, amount: str) -> str:
    by = _until(row, company)
    refunded = ""
    if row.twice > 0:
        # https://support.stripe.com/questions/dispute-for-full-charge-amount-after-a-partial-refund-was-issued
        refunded = (
            f" It took {formats.money(row.twice, row.currency, company.locale)} more than was left "
            "of this payment: you had refunded that before. Say so in your answer, with the day "
            "and the amount of the refund."
        )
    match row.status:
        case "needs_response":
            return (
                f"The bank has taken {amount} back for now. Send what proves the work in "
                f"Stripe’s dashboard{by}, or it is lost. Until it is decided the customer is "
                f"not asked for it.{refunded}"
            )
        case "under_review":
            return "Your answer is with the bank. It may take months; nothing more to do."
        case "warning_needs_response":
            return (
                f"No money was taken. Answer in Stripe’s dashboard{by}, or refund the payment, "
                "and it need not become a dispute."
            )
        case "warning_under_review":
            return "Your answer is with the bank; no money was taken."
        case "won":
            return f"{amount} is back in your Stripe balance. Stripe keeps its fee."
        case "lost":
            return _lost(row, company)
    return "The bank took no money."


def _lost(row: Row[*tuple[Any, ...]], company: Company) -> str:
    def money(amount: int) -> str:
        return formats.money(amount, row.currency, company.locale)

    kept = row.kept if 0 < row.kept < row.amount else row.amount
    words = f"The bank has decided for the customer and keeps {money(kept)}."
    if kept < row.amount:
        words += f" It gave {money(row.amount - kept)} back."
    if row.twice <= 0:
        return f"{words} It is owed again."
    if kept > row.twice:
        words += f" {money(kept - row.twice)} of it is owed again."
    return (
        f"{words} It took back {money(row.twice)} more than was left of this payment: the customer "
        "has that twice, for you had refunded it before. Nobody is asked for it; bill it if you "
        "want it back."
    )


def _until(row: Row[*tuple[Any, ...]], company: Company) -> str:
    if row.evidence_due_at is None:
        return ""
    day = row.evidence_due_at.astimezone(ZoneInfo(company.time_zone)).date()
    return f" by {formats.day(day, company.locale)}"
