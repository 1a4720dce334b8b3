"""Back from Stripe's page before the webhook: look the session up, feed the same recorder.

The return address itself marks nothing paid; whatever it says, Stripe is asked.
"""

from enum import StrEnum

from sqlalchemy import select

from fsm_portal.db import reading, writing
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.company_scope import across_companies
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.recorder import Recording, record_fact
from fsm_portal.gateways.stripe_api import is_session_id, look_up_checkout
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_facts import CheckoutExpired, CheckoutProcessing, PaymentSucceeded

_attempt = table_of(CheckoutAttempt)
_NOTHING = Recording(Outcome.IGNORED)


class Confirmation(StrEnum):
    """How far the confirmation of a checkout is. ``PAID`` is what Stripe says; what the page calls
    received is what is on the books."""

    WAITING = "waiting"
    PAID = "paid"
    PROCESSING = "processing"
    OPEN = "open"
    UNREACHABLE = "unreachable"


def confirm_checkout(
    company_id: str, customer_id: str, session_id: str
) -> tuple[Confirmation, frozenset[str]]:
    """Record what Stripe says of this customer's checkout; how it stands, and topics to ring.

    A session that is not this customer's, forged or made up changes nothing.
    """
    try:
        fact, recording = look_at_attempt(company_id, customer_id, session_id, BroughtBy.RETURN)
    except (StripeUnavailable, StripeRefused):
        return Confirmation.UNREACHABLE, frozenset()
    match fact:
        case PaymentSucceeded():
            # Not always recorded: what contradicts our books is shown to staff by its event.
            return Confirmation.PAID, recording.topics
        case CheckoutProcessing():
            return Confirmation.PROCESSING, recording.topics
        case _:
            return Confirmation.OPEN, recording.topics


def look_at_attempt(
    company_id: str, customer_id: str, session_id: str, brought_by: BroughtBy
) -> tuple[PaymentSucceeded | CheckoutProcessing | CheckoutExpired | None, Recording]:
    """The fact that Stripe's session shows, and what the recorder made of it.

    Raises StripeUnavailable, StripeRefused.
    """
    if not is_session_id(session_id):
        return None, _NOTHING
    with reading() as session:
        account = (
            session.connection()
            .execute(
                select(_attempt.c.stripe_account_id).where(
                    _attempt.c.company_id == company_id,
                    _attempt.c.customer_id == customer_id,
                    _attempt.c.stripe_session_id == session_id,
                )
            )
            .scalar()
        )
    if account is None:
        return None, _NOTHING
    fact = look_up_checkout(account, session_id, now())
    if fact is None:
        return None, _NOTHING
    # As a webhook would: what waits for this payment may be nobody's in the inbox until it is here.
    with across_companies(), writing() as connection:
        return fact, record_fact(connection, company_id, fact, brought_by)
