"""What a credit note would come to, while its lines are being typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.role import May
from fsm_portal.flows.crediting.open_due import open_due
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.credit_invoice import (
    CannotCredit,
    issued_invoice,
    lines_asked,
    of_lines,
)
from fsm_portal.flows.invoicing.credited_tax import StillCharged
from fsm_portal.gateways import formats


@dataclass(frozen=True)
class CreditPreview:
    """``total`` with tax and ``tax`` of it, as one reads them. ``problem``: why it could not be
    written so, and beside which ``field`` that stands."""

    total: str = ""
    tax: str = ""
    problem: str = ""
    field: str = ""


NO_PREVIEW = CreditPreview()


def credit_preview(who: Identity, invoice_id: object, lines: Mapping[int, str]) -> CreditPreview:
    """``lines``: by position, how much of each is to be taken back, as typed so far."""
    if not lines or not who.may(May.VOID):
        return NO_PREVIEW
    with reading() as session:
        try:
            return _preview(session, issued_invoice(session, who, invoice_id), lines)
        except CannotCredit as error:
            return CreditPreview(problem=str(error), field=error.field)


def _preview(session: Session, invoice: Invoice, lines: Mapping[int, str]) -> CreditPreview:
    locale = session.get_one(Company, invoice.company_id).locale

    def words(minor: int) -> str:
        return formats.money(minor, invoice.currency, locale)

    connection = session.connection()
    asked = lines_asked(connection, invoice, lines)
    amount, taxes = of_lines(StillCharged(connection, invoice), asked)
    tax = sum(each.amount for each in taxes)
    due = open_due(session, invoice.company_id, invoice.id).amount
    return CreditPreview(
        words(amount),
        words(tax) if tax else "",
        f"Only {words(due)} is still owed on this invoice." if amount > due else "",
    )
