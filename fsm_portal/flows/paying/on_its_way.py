"""What a customer's bank has been told to pay and has not: owed still, but not to be asked for."""

from collections.abc import Mapping

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import IN_FLIGHT, CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice_due import TO_PAY, InvoiceDue
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.payments.under_dispute import disputed_invoices

_attempt = table_of(CheckoutAttempt)
_meant = table_of(CheckoutAttemptInvoice)
_due = table_of(InvoiceDue)

_of_an_attempt = and_(
    _meant.c.company_id == _attempt.c.company_id, _meant.c.attempt_id == _attempt.c.id
)
# Begins with the customer's debits in flight, of which there are few at any time.
_theirs = (
    _attempt.c.company_id == bindparam("company_id"),
    _attempt.c.customer_id == bindparam("customer_id"),
    IN_FLIGHT,
)
# Ids of the invoices that are being paid, for ``in_`` and ``not_in``; parameters company_id and
# customer_id.
BEING_PAID = select(_meant.c.invoice_id).join(_attempt, _of_an_attempt).where(*_theirs)
# Made once: writing a statement costs more than running it.
_AMOUNTS = (
    select(_due.c.currency, _due.c.due, func.sum(_meant.c.amount).label("amount"))
    .select_from(_attempt)
    .join(_meant, _of_an_attempt)
    .join(
        _due,
        and_(_due.c.company_id == _meant.c.company_id, _due.c.invoice_id == _meant.c.invoice_id),
    )
    # What a bank is looking into is said apart.
    .where(*_theirs, TO_PAY, _due.c.invoice_id.not_in(disputed_invoices(bindparam("company_id"))))
    .group_by(_due.c.invoice_id, _due.c.currency, _due.c.due)
)


def on_its_way(session: Session, scope: Scope) -> Mapping[str, int]:
    """How much of what the customer of ``scope`` owes is on its way from their bank: minor units by
    currency, in order; nothing for a currency of which nothing is."""
    sums: dict[str, int] = {}
    key = {"company_id": scope.company_id, "customer_id": scope.customer_id}
    for currency, due, amount in session.connection().execute(_AMOUNTS, key):
        # What was paid in another way meanwhile is not owed any more, whatever is on its way.
        sums[currency] = sums.get(currency, 0) + min(int(due), int(amount))
    return dict(sorted(sums.items()))
