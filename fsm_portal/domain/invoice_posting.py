"""How a document of ours stands in the ledger: the issued invoice and the credit note."""

from collections.abc import Iterable

from fsm_portal.domain.ledger import Account, Kind, Posting


def postings_for_invoice(
    invoice_id: str, *, subtotal: int, taxes: Iterable[tuple[str, int]]
) -> list[Posting]:
    """What issuing an invoice posts; the source of the entries is the invoice's id.

    ``subtotal`` and the ``(tax_rate_id, amount)`` pairs are in minor units. The customer owes
    both: the subtotal is sold, each rate's tax is owed on to the state, and the entries tell the
    rates apart. A negative figure (a discount that outweighs the rest of its rate) posts the
    other way round.
    """
    postings = [_owed(invoice_id, Account.SALES, subtotal, Kind.SALE)]
    for tax_rate_id, amount in taxes:
        postings.append(_owed(invoice_id, Account.TAX, amount, Kind.TAX, part=tax_rate_id))
    return [posting for posting in postings if posting.amount]


def postings_for_credit_note(
    total: int, *, invoice_id: str | None = None, taxes: Iterable[tuple[str, int]] = ()
) -> list[Posting]:
    """What a credit note posts; the source of the entries is the credit note's id.

    ``total`` is positive, in minor units, and so are the ``(tax_rate_id, amount)`` pairs, which
    are parts of it: tax that is owed no more. With an ``invoice_id`` less is owed on that invoice;
    without one the company owes it to the customer.
    """
    to = Account.CUSTOMER_CREDIT if invoice_id is None else Account.RECEIVABLE
    parts = [(Account.TAX, amount, tax_rate_id) for tax_rate_id, amount in taxes if amount]
    net = total - sum(amount for _, amount, _ in parts)
    if net:
        parts.insert(0, (Account.SALES_CREDITED, net, ""))
    return [
        Posting(account, to, amount, Kind.CREDIT_NOTE, part, invoice_id)
        for account, amount, part in parts
    ]


def _owed(invoice_id: str, account: Account, amount: int, kind: Kind, part: str = "") -> Posting:
    debit, credit = Account.RECEIVABLE, account
    if amount < 0:
        debit, credit = credit, debit
    return Posting(debit, credit, abs(amount), kind, part, invoice_id)
