"""From the books to a document, one builder for each kind of paper."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.invoices.invoice_document import invoice_document
from fsm_portal.flows.invoicing.credit_note_document import credit_note_document
from fsm_portal.flows.payments.receipt_document import receipt_document, receipt_number_of
from fsm_portal.flows.refunding.refund_document import refund_document, refund_number
from fsm_portal.gateways import pdf


@dataclass(frozen=True)
class Gathered:
    """What there is to draw; ``draw`` needs no database."""

    name: str
    document: pdf.Document

    def draw(self) -> pdf.Drawn:
        return pdf.draw(self.document)


def gather(session: Session, company_id: str, kind: PaperKind, subject_id: str) -> Gathered:
    """The facts of one paper that is there, as the books have them now."""
    name, document = _GATHER[kind](session, company_id, subject_id)
    return Gathered(file_name(kind, name), document)


def file_name(kind: PaperKind, number: str) -> str:
    """Under which a paper is saved; ``number`` is the document's, or the id of the payment
    or refund."""
    if kind is PaperKind.RECEIPT:
        return f"Receipt {receipt_number_of(number)}.pdf"
    if kind is PaperKind.REFUND:
        return f"Refund {refund_number(number)}.pdf"
    return f"{number}.pdf"


def _invoice(session: Session, company_id: str, subject_id: str) -> tuple[str, pdf.Document]:
    invoice = session.get_one(Invoice, (company_id, subject_id))
    return invoice.number, invoice_document(session, invoice)


def _credit_note(session: Session, company_id: str, subject_id: str) -> tuple[str, pdf.Document]:
    note = session.get_one(CreditNote, (company_id, subject_id))
    return note.number, credit_note_document(session, note)


def _receipt(session: Session, company_id: str, subject_id: str) -> tuple[str, pdf.Document]:
    payment = session.get_one(Payment, (company_id, subject_id))
    return payment.id, receipt_document(session, payment)


def _refund(session: Session, company_id: str, subject_id: str) -> tuple[str, pdf.Document]:
    refund = session.get_one(Refund, (company_id, subject_id))
    return refund.id, refund_document(session, refund)


_GATHER: dict[PaperKind, Callable[[Session, str, str], tuple[str, pdf.Document]]] = {
    PaperKind.INVOICE: _invoice,
    PaperKind.CREDIT_NOTE: _credit_note,
    PaperKind.RECEIPT: _receipt,
    PaperKind.REFUND: _refund,
}
