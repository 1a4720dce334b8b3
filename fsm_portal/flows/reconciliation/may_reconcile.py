"""Who may look at the books beside Stripe's, and settle what does not fit."""

from fsm_portal.flows.identity import Identity


class CannotReconcile(Exception):
    """Why this cannot be done, in words for staff."""


def must_reconcile(who: Identity) -> None:
    """Raises CannotReconcile for a technician, and for anybody who is not staff."""
    if who.audience != "staff" or who.role is None or not who.role.may_move_money:
        raise CannotReconcile("Your role cannot do this. Ask the office.")
