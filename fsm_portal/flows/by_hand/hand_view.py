"""What the office can do by hand on an invoice: take money, put the customer's credit to it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer_credit import credit_of
from fsm_portal.domain.deposit import deposit_left
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.money import to_decimal
from fsm_portal.flows.crediting.open_due import open_due_of
from fsm_portal.flows.invoices.invoice_view import Standing
from fsm_portal.flows.staff_desk import Desk
from fsm_portal.gateways import formats


@dataclass(frozen=True)
class HandView:
    """``due``, ``today`` and ``usable`` are as one types them, the others as one reads them.

    ``credit`` is the customer's in the invoice's currency, empty where there is none; ``usable``
    is what of it this invoice can take. ``terms`` says how the invoice may be paid.
    """

    may_take: bool = False
    may_use: bool = False
    currency: str = ""
    due: str = ""
    due_words: str = ""
    today: str = ""
    credit: str = ""
    usable: str = ""
    terms: tuple[str, ...] = ()


NO_HAND = HandView()


def hand_view(
    session: Session, company: Company, desk: Desk, invoice: Invoice, standing: Standing
) -> HandView:
    """How ``invoice`` can be paid by hand, for whoever sits at ``desk``."""
    status = standing.status
    due = open_due_of(
        standing.balance, processing=status.processing, disputed=status.disputed
    ).amount
    is_open = invoice.issued_at is not None and invoice.voided_at is None and due > 0
    credit = credit_of(session, company.id, invoice.customer_id, invoice.currency)

    def words(amount: int) -> str:
        return formats.money(amount, invoice.currency, company.locale)

    return HandView(
        may_take=desk.may_send and is_open,
        may_use=desk.may_send and is_open and credit > 0,
        currency=invoice.currency,
        due=str(to_decimal(due, invoice.currency)),
        due_words=words(due),
        today=today(company.time_zone).isoformat(),
        credit=words(credit) if credit > 0 else "",
        usable=str(to_decimal(min(credit, due), invoice.currency)),
        terms=_terms(company, invoice, standing, words),
    )


def _terms(
    company: Company, invoice: Invoice, standing: Standing, words: Callable[[int], str]
) -> tuple[str, ...]:
    said = []
    allowed = invoice.partial_payments
    if company.partial_payments if allowed is None else allowed:
        said.append("The customer may pay it in parts.")
    if invoice.deposit:
        left = deposit_left(invoice.deposit, standing.balance)
        deposit = words(invoice.deposit)
        said.append(
            f"A deposit of {deposit} is asked for first."
            if left or invoice.issued_at is None
            else f"The deposit of {deposit} is paid."
        )
    return tuple(said)
