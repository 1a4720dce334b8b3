"""Who may look at the books beside Stripe's, and settle what does not fit."""

from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity


class CannotReconcile(Exception):
    """Why this cannot be done, in words for staff."""


def must_reconcile(who: Identity) -> None:
    """Raises CannotReconcile for a technician, and for anybody who is not staff."""
    if not who.may(May.RECONCILE):
        raise CannotReconcile("Your role cannot do this. Ask the office.")
