"""The deposit: what an invoice asks for first. The rest is due by the due date."""

from fsm_portal.domain.balances import InvoiceBalance


def deposit_left(deposit: int | None, balance: InvoiceBalance) -> int:
    """What of ``deposit`` is still to be paid first, minor units; 0 once it was, or all is due.

    What went back later does not bring it up again: the deposit was paid once.
    """
    left = min((deposit or 0) - balance.received, balance.due)
    return left if 0 < left < balance.due else 0
