"""Papers as tests ask for them: name and bytes, for eyes that may see them."""

from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.papers.paper_of import paper_for


def invoice_pdf(scope: Scope, invoice_id: str) -> tuple[str, bytes] | None:
    return _pdf(scope, PaperKind.INVOICE, invoice_id)


def credit_note_pdf(scope: Scope, note_id: str) -> tuple[str, bytes] | None:
    return _pdf(scope, PaperKind.CREDIT_NOTE, note_id)


def receipt_pdf(scope: Scope, payment_id: str) -> tuple[str, bytes] | None:
    return _pdf(scope, PaperKind.RECEIPT, payment_id)


def _pdf(scope: Scope, kind: PaperKind, subject_id: str) -> tuple[str, bytes] | None:
    paper = paper_for(scope, kind, subject_id)
    return (paper.name, paper.content) if paper else None


def refund_pdf(scope: Scope, refund_id: str) -> tuple[str, bytes] | None:
    return _pdf(scope, PaperKind.REFUND, refund_id)
