"""The letter that tells a customer of a payment that came to nothing after they had left the page.

Whose card is refused reads so on the page and tries another one. A bank debit is taken on trust and
comes back days later: nobody is looking then.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.mail_text import TextKind
from fsm_portal.domain.payment import FailedPayment
from fsm_portal.flows.mailing.about_invoices import about_invoices
from fsm_portal.flows.mailing.letter_to import letter_to
from fsm_portal.flows.mailing.post_office import post_letter
from fsm_portal.flows.outbox import Done, GiveUp, Work
from fsm_portal.gateways import letters
from fsm_portal.gateways.letter_words import method_words

_failed = table_of(FailedPayment)
_meant = table_of(CheckoutAttemptInvoice)
_invoice = table_of(Invoice)

# What is older was brought in late, by a sweep or a new account: nobody is mailed old news.
_FRESH = timedelta(days=3)

# https://docs.stripe.com/declines/codes and the codes of bank debits, as a customer can help it.
_REASONS = {
    "insufficient_funds": "insufficient_funds",
    "account_closed": "no_account",
    "bank_account_closed": "no_account",
    "no_account": "no_account",
    "invalid_account": "no_account",
    "invalid_account_number": "no_account",
    "debit_not_authorized": "not_permitted",
    "not_permitted": "not_permitted",
    "transaction_not_allowed": "not_permitted",
}


def mail_failed(work: Work) -> Done:
    """Send the letter of one attempt, unless its invoices were paid or settled meanwhile."""
    attempt_id = work.payload.get("attempt_id")
    if attempt_id is None:
        raise GiveUp("the queued work lacks its payment")
    with reading() as session:
        attempt = session.get_one(CheckoutAttempt, (work.company_id, attempt_id))
        why = _latest(session, attempt)
        if not _came_back(attempt, why) or attempt.completed_at is not None:
            return Done()
        shares = _shares(session, attempt)
        balances = invoice_balances(session, work.company_id, [each[0] for each in shares])
        if not any(balance.due > 0 for balance in balances.values()):
            return Done()
        to = letter_to(session, work, attempt.customer_id, about="word of a failed payment")
        about = about_invoices(session, to, shares, TextKind.FAILED)
        letter = letters.failed_letter(
            to.writer,
            to.reader,
            letters.PaymentLost(
                key=work.key,
                customer_name=to.customer.name,
                amount=attempt.amount,
                currency=attempt.currency,
                method=method_words(
                    why.method if why and why.method else "us_bank_account",
                    why.last4 if why else "",
                    to.writer.language,
                ),
                reason=_REASONS.get(why.code, "") if why else "",
                invoices=about.invoices,
                link=about.link,
                opening=about.opening,
                follows=about.follows,
            ),
        )
    return post_letter(work, letter, invoice_id=about.only)


def _came_back(attempt: CheckoutAttempt, why: Row[*tuple[Any, ...]] | None) -> bool:
    """Whether it failed lately, after the page had taken it: not on the page itself."""
    at: datetime | None = attempt.failed_at
    if at is None and attempt.processing_at is not None and why is not None:
        at = why.failed_at
    return at is not None and at > now() - _FRESH


def _latest(session: Session, attempt: CheckoutAttempt) -> Row[*tuple[Any, ...]] | None:
    return (
        session.connection()
        .execute(
            select(_failed.c.code, _failed.c.method, _failed.c.last4, _failed.c.failed_at)
            .where(_failed.c.company_id == attempt.company_id, _failed.c.attempt_id == attempt.id)
            .order_by(_failed.c.failed_at.desc())
            .limit(1)
        )
        .first()
    )


def _shares(session: Session, attempt: CheckoutAttempt) -> list[tuple[str, str, int]]:
    """What it was meant for, by number."""
    rows = session.connection().execute(
        select(_invoice.c.id, _invoice.c.number, _meant.c.amount)
        .join(
            _invoice,
            (_invoice.c.company_id == _meant.c.company_id) & (_invoice.c.id == _meant.c.invoice_id),
        )
        .where(_meant.c.company_id == attempt.company_id, _meant.c.attempt_id == attempt.id)
        .order_by(_invoice.c.number)
    )
    return [(row.id, row.number, row.amount) for row in rows]
