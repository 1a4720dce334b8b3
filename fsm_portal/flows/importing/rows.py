"""The rows that a document becomes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fsm_portal.domain.clock import now
from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax
from fsm_portal.domain.invoice_posting import postings_for_credit_note, postings_for_invoice
from fsm_portal.domain.ledger import LedgerEntry, entry_rows
from fsm_portal.flows.importing.buyers import Buyer
from fsm_portal.flows.importing.documents import Document
from fsm_portal.flows.importing.tax import Tax

Rows = list[dict[str, Any]]

# In the order in which foreign keys want them.
TABLES = (Customer, Invoice, InvoiceLine, InvoiceTax, CreditNote, CreditNoteLine, LedgerEntry)


@dataclass(frozen=True)
class Target:
    """Where documents land: the company's id and terms, the currency, the tax rate if any."""

    company_id: str
    payment_terms_days: int
    currency: str
    tax: Tax | None


def customer_row(company_id: str, customer_id: str, buyer: Buyer) -> dict[str, Any]:
    return {
        "company_id": company_id,
        "id": customer_id,
        "name": buyer.name,
        "contact": "",
        "email": buyer.email,
        "phone": "",
        "address": "",
        "country": buyer.country,
        "locale": buyer.locale,
        "reference": buyer.reference,
        "stripe_customer_id": None,
        "created_at": now(),
    }


def add_invoice(
    rows: dict[type, Rows], target: Target, document: Document, customer_id: str
) -> None:
    invoice_id, figures, tax = new_id(), document.figures, target.tax
    by_terms = document.issue_date + timedelta(days=target.payment_terms_days)
    rows[Invoice].append(
        {
            "company_id": target.company_id,
            "id": invoice_id,
            "number": document.number,
            "customer_id": customer_id,
            "job_id": None,
            "currency": target.currency,
            "issue_date": document.issue_date,
            "due_date": document.due_date or by_terms,
            "subtotal": figures.subtotal,
            "tax": figures.tax,
            "total": figures.total,
            "notes": "",
            "created_at": now(),
            "issued_at": document.issued_at,
            "voided_at": None,
        }
    )
    for position, line in enumerate(document.lines, start=1):
        rows[InvoiceLine].append(
            {
                "company_id": target.company_id,
                "invoice_id": invoice_id,
                "position": position,
                "description": line.description,
                "detail": line.detail,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "amount": line.amount,
                "tax_rate_id": tax.id if tax else None,
            }
        )
    for share in figures.taxes:
        rows[InvoiceTax].append(
            {
                "company_id": target.company_id,
                "invoice_id": invoice_id,
                "tax_rate_id": share.tax_rate_id,
                "name": tax.name if tax else "",
                "rate_ppm": share.rate_ppm,
                "base": share.base,
                "amount": share.amount,
            }
        )
    taxes = [(share.tax_rate_id, share.amount) for share in figures.taxes]
    rows[LedgerEntry] += entry_rows(
        company_id=target.company_id,
        currency=target.currency,
        source=invoice_id,
        occurred_at=document.issued_at,
        customer_id=customer_id,
        postings=postings_for_invoice(invoice_id, subtotal=figures.subtotal, taxes=taxes),
    )


def add_credit_note(
    rows: dict[type, Rows], target: Target, document: Document, customer_id: str
) -> None:
    credit_note_id, total = new_id(), document.figures.total
    rows[CreditNote].append(
        {
            "company_id": target.company_id,
            "id": credit_note_id,
            "number": document.number,
            "customer_id": customer_id,
            "invoice_id": None,
            "currency": target.currency,
            "issue_date": document.issue_date,
            "total": total,
            "reason": "",
            "created_at": now(),
        }
    )
    for position, line in enumerate(document.lines, start=1):
        rows[CreditNoteLine].append(
            {
                "company_id": target.company_id,
                "credit_note_id": credit_note_id,
                "position": position,
                "description": line.description,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "amount": line.amount,
            }
        )
    rows[LedgerEntry] += entry_rows(
        company_id=target.company_id,
        currency=target.currency,
        source=credit_note_id,
        occurred_at=document.issued_at,
        customer_id=customer_id,
        postings=postings_for_credit_note(total),
    )
