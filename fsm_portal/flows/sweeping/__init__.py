"""The sweep: ask Stripe what happened lately, feed the same inbox and recorder.

Whatever a webhook missed comes in here; what it brought stops at the inbox as a duplicate. Then
Stripe's own books are read and laid beside ours. Safe to run twice at once: every step is
idempotent by Stripe's object id.
"""

from fsm_portal.flows.sweeping.account import AccountToSweep, accounts_to_sweep
from fsm_portal.flows.sweeping.round import STRIPE_KEEPS, steps, sweep
from fsm_portal.flows.sweeping.swept import Swept

__all__ = ["STRIPE_KEEPS", "AccountToSweep", "Swept", "accounts_to_sweep", "steps", "sweep"]
