"""The Stripe account that a company is paid on from now on: all that stands on its row about it."""

from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.flows.from_stripe.whose_event import note_account
from fsm_portal.gateways.stripe_facts import AccountChanged


def take_account(
    session: Session,
    company: Company,
    account: str,
    state: AccountChanged,
    *,
    by_consent: bool | None = None,
) -> None:
    """Put ``account`` on the row of ``company``, which the caller holds; ``state`` is what it may
    do. ``by_consent`` None: as it was, for the same account.

    Raises IntegrityError where it is another company's.
    """
    if company.stripe_account_id != account:
        # Of another account; made anew when it is needed.
        company.billing_portal_id = None
        company.stripe_by_consent = False
    company.stripe_account_id = account
    company.stripe_charges_enabled = state.charges_enabled
    company.stripe_payouts_enabled = state.payouts_enabled
    company.stripe_deauthorized_at = None
    # To the second, as Stripe counts: what it tells of the seconds before is about the time before.
    company.stripe_connected_at = now().replace(microsecond=0)
    if by_consent is not None:
        company.stripe_by_consent = by_consent
    session.add(company)
    note_account(session.connection(), company.id, account)
