"""From the books to a document, one builder for each kind of paper."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.invoice_document import invoice_document
from fsm_portal.flows.invoicing.credit_note_document import credit_note_document
from fsm_portal.flows.receipt_document import receipt_document
from fsm_portal.gateways import pdf

Document = pdf.InvoiceDocument | pdf.ReceiptDocument


@dataclass(frozen=True)
class Gathered:
    """What there is to draw; ``draw`` needs no database. A draft is not ``issued``."""

    name: str
    document: Document
    issued: bool = True

    def draw(self) -> bytes:
        if isinstance(self.document, pdf.ReceiptDocument):
            return pdf.render_receipt(self.document)
        return pdf.render_invoice(self.document)


def gather(session: Session, company_id: str, kind: PaperKind, subject_id: str) -> Gathered | None:
    """The facts of one paper, as the books have them now; None where there is no such subject."""
    return _GATHER[kind](session, company_id, subject_id)


def _invoice(session: Session, company_id: str, subject_id: str) -> Gathered | None:
    invoice = session.get(Invoice, (company_id, subject_id))
    if invoice is None:
        return None
    document = invoice_document(session, invoice)
    return Gathered(f"{invoice.number}.pdf", document, invoice.issued_at is not None)


def _credit_note(session: Session, company_id: str, subject_id: str) -> Gathered | None:
    note = session.get(CreditNote, (company_id, subject_id))
    if note is None:
        return None
    return Gathered(f"{note.number}.pdf", credit_note_document(session, note))


def _receipt(session: Session, company_id: str, subject_id: str) -> Gathered | None:
    payment = session.get(Payment, (company_id, subject_id))
    if payment is None:
        return None
    document = receipt_document(session, payment)
    return Gathered(f"Receipt {document.number}.pdf", document)


_GATHER: dict[PaperKind, Callable[[Session, str, str], Gathered | None]] = {
    PaperKind.INVOICE: _invoice,
    PaperKind.CREDIT_NOTE: _credit_note,
    PaperKind.RECEIPT: _receipt,
}
