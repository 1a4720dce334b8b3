"""What the recorder says of a fact: what became of it, and who should hear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.domain.topic import company_topic, customer_topic, invoice_topic


@dataclass(frozen=True)
class Recording:
    """What became of a fact, and which topics to ring after the commit.

    A parked one says which Stripe object it waits for, and a new payment what waited for it (rows
    of ``parked.WAITING``). ``unknown``: it names an attempt or a payment that the company has not;
    it may be another company's.
    """

    outcome: Outcome
    reason: str = ""
    topics: frozenset[str] = field(default_factory=frozenset)
    parked_for: str | None = None
    waiting: Sequence[Any] = ()
    unknown: bool = False


NOT_OURS = Recording(Outcome.IGNORED, "not a payment of this portal")


def topics_of(company_id: str, customer_id: str, invoice_ids: Iterable[str]) -> frozenset[str]:
    """Whoever watches the company, the customer or one of these invoices."""
    return frozenset(
        {
            company_topic(company_id),
            customer_topic(company_id, customer_id),
            *(invoice_topic(company_id, invoice_id) for invoice_id in invoice_ids),
        }
    )
