"""Money that Stripe changed into the account's own currency: out of the one, into the other.

Stripe's balance has no row in the currency that the customer paid in. So that per currency the
``stripe`` account is what Stripe says, the entries of the payment are followed by a pair over
``exchange``. What a refund costs more than the payment brought stays there: rates move.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from fsm_portal.domain.ledger import Account, Kind, Posting, post


@dataclass(frozen=True)
class Changed:
    """``amount`` in minor units of ``currency``, negative for money that goes out."""

    amount: int
    currency: str


def post_conversion(
    connection: Connection,
    *,
    company_id: str,
    customer_id: str | None,
    payment_id: str,
    source: str,
    balance_transaction_id: str,
    occurred_at: datetime,
    booked: Changed,
    settled: Changed,
) -> None:
    """Post that what was ``booked`` from ``source`` is ``settled`` in another currency.

    Once by the balance transaction; in one and the same currency there is nothing to post.
    """
    if booked.currency == settled.currency:
        return
    for changed, sign in ((booked, -1), (settled, 1)):
        arrives = changed.amount * sign > 0
        post(
            connection,
            company_id=company_id,
            currency=changed.currency,
            source=source,
            occurred_at=occurred_at,
            customer_id=customer_id,
            payment_id=payment_id,
            postings=[
                Posting(
                    Account.STRIPE if arrives else Account.EXCHANGE,
                    Account.EXCHANGE if arrives else Account.STRIPE,
                    abs(changed.amount),
                    Kind.CONVERSION,
                    part=f"{changed.currency}:{balance_transaction_id}"[:64],
                )
            ],
        )
