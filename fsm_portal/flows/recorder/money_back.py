"""Money of a payment that goes back, and that comes again: on which invoices, in which entries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from fsm_portal.domain.balances import PaymentShare, invoice_balances, payment_shares
from fsm_portal.domain.ledger import Account, Kind, Posting, part_as_credit, post
from fsm_portal.domain.spread import spread
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices

Part = tuple[str | None, int]


def parts_of(shares: Sequence[PaymentShare], amount: int, first: str | None = None) -> list[Part]:
    """A refund of ``amount`` (minor units) over a payment's shares: (invoice id, None for credit).

    The invoice ``first`` takes it before the others, what is unspent credit after it, the rest
    goes in proportion to what was allocated. What a bank took is no matter: where that lies follows
    from the refunds. Raises ValueError where refunds would be more than the payment was.
    """
    parts: list[Part] = []
    by_preference = [share for share in shares if share.invoice_id == first and first is not None]
    by_preference += [share for share in shares if share.invoice_id is None]
    for share in by_preference:
        part = min(amount, share.allocated - share.given)
        if part > 0:
            parts.append((share.invoice_id, part))
            amount -= part
    others = [share for share in shares if share not in by_preference]
    split = spread(amount, [each.allocated for each in others], [each.given for each in others])
    parts += [(share.invoice_id, part) for share, part in zip(others, split, strict=True) if part]
    return parts


def take_back(
    connection: Connection,
    *,
    company_id: str,
    currency: str,
    customer_id: str,
    payment_id: str,
    source: str,
    kind: Kind,
    occurred_at: datetime,
    parts: Sequence[Part],
    suffix: str = "",
) -> None:
    """Post that ``parts`` of a payment left Stripe's balance: that much less is paid."""
    post(
        connection,
        company_id=company_id,
        currency=currency,
        source=source,
        occurred_at=occurred_at,
        customer_id=customer_id,
        payment_id=payment_id,
        postings=[
            Posting(
                Account.CUSTOMER_CREDIT if invoice_id is None else Account.RECEIVABLE,
                Account.STRIPE,
                part,
                kind,
                f"{invoice_id or ''}{suffix}",
                invoice_id,
            )
            for invoice_id, part in parts
        ],
    )


def bring_again(
    connection: Connection,
    *,
    company_id: str,
    currency: str,
    customer_id: str,
    payment_id: str,
    source: str,
    kind: Kind,
    occurred_at: datetime,
    parts: Sequence[Part],
    suffix: str = "",
) -> None:
    """Post that ``parts`` are back in the balance; what an invoice needs no more is credit.

    ``suffix`` tells entries of one source and kind apart, should there be more than once some.
    """
    invoice_ids = [invoice_id for invoice_id, _ in parts if invoice_id is not None]
    lock_invoices(connection, company_id, invoice_ids)
    balances = invoice_balances(connection, company_id, invoice_ids)
    postings = []
    for invoice_id, part in parts:
        needed = 0
        if invoice_id is not None:
            needed = min(part, max(balances[invoice_id].due, 0))
            postings.append(
                Posting(
                    Account.STRIPE,
                    Account.RECEIVABLE,
                    needed,
                    kind,
                    f"{invoice_id}{suffix}",
                    invoice_id,
                )
            )
        postings.append(
            Posting(
                Account.STRIPE,
                Account.CUSTOMER_CREDIT,
                part - needed,
                kind,
                f"{part_as_credit(invoice_id)}{suffix}",
            )
        )
    post(
        connection,
        company_id=company_id,
        currency=currency,
        source=source,
        occurred_at=occurred_at,
        customer_id=customer_id,
        payment_id=payment_id,
        postings=postings,
    )


def shares_of(connection: Connection, company_id: str, payment_id: str) -> list[PaymentShare]:
    """Where the payment's money stands now; its row must be locked."""
    return payment_shares(connection, company_id, payment_id)
