"""Where it lies what banks took of a payment: a rule that knows no order of events."""

from collections.abc import Sequence

from fsm_portal.domain.balances import PaymentShare
from fsm_portal.domain.spread import spread


def taken_of(total: int, shares: Sequence[PaymentShare]) -> dict[str | None, int]:
    """What of ``total`` (minor units, all that banks have of it) lies on each invoice of a payment.

    First on what is credit still (None), then on the invoices in proportion to what they got, as
    far as the company gave nothing of it back. What is beyond that went back twice: it lies on no
    invoice but is taken of the credit, which falls below zero by as much. All of it follows from
    what was allocated, what was given back and ``total`` (decision 0011).

    Raises ValueError where ``total`` is more than the payment was.
    """
    whole = sum(share.allocated for share in shares)
    if total > whole:
        raise ValueError(f"cannot take {total} of {whole}")
    invoices = {share.invoice_id: share for share in shares if share.invoice_id is not None}
    here = [share.allocated for share in invoices.values()]
    given = [share.given for share in invoices.values()]
    unspent = whole - sum(here) - sum(share.given for share in shares) + sum(given)
    on_invoices = min(max(total - max(unspent, 0), 0), sum(here) - sum(given))
    parts = spread(on_invoices, here, given)
    return dict(zip(invoices, parts, strict=True)) | {None: total - on_invoices}
