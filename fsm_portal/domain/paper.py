"""Papers: the documents of a company that are drawn once and kept."""

from enum import StrEnum


class PaperKind(StrEnum):
    """What a paper is, and so what its ``subject_id`` names.

    An invoice's id, a credit note's, a payment's, a refund's.
    """

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    REFUND = "refund"
