"""What an import did, counted; every figure is of what is committed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from fsm_portal.flows.importing.landing import Landed
from fsm_portal.flows.importing.refusal import Reason, Refusal


@dataclass(frozen=True)
class Progress:
    """How far an import is: bytes of the file while checking, lines while importing."""

    step: Literal["checking", "importing"]
    done: int
    total: int


@dataclass
class ImportReport:
    """Lines read = landed + already there + refused + not reached. Money in minor units.

    ``stopped`` says why the file was not worked through; what is counted as landed stands, and the
    next run of the same file does the rest.
    """

    currency: str
    dry_run: bool = False
    lines_read: int = 0
    invoices: int = 0
    invoice_lines: int = 0
    invoiced: int = 0
    credit_notes: int = 0
    credit_note_lines: int = 0
    credited: int = 0
    customers: int = 0
    documents_present: int = 0
    lines_present: int = 0
    refused: Counter[Reason] = field(default_factory=Counter)
    unknown_countries: tuple[str, ...] = ()
    stopped: str = ""

    @property
    def lines_landed(self) -> int:
        return self.invoice_lines + self.credit_note_lines

    @property
    def lines_refused(self) -> int:
        return self.refused.total()

    @property
    def lines_done(self) -> int:
        return self.lines_landed + self.lines_present + self.lines_refused

    @property
    def lines_left(self) -> int:
        """Lines that were not reached: none unless it was stopped."""
        return self.lines_read - self.lines_done

    def count_refused(self, refusals: list[Refusal]) -> None:
        self.refused.update(refusal.reason for refusal in refusals)

    def count_landed(self, landed: Landed) -> None:
        """Count a batch that is committed."""
        for document in landed.new:
            if document.is_credit_note:
                self.credit_notes += 1
                self.credit_note_lines += len(document.records)
                self.credited += document.figures.total
            else:
                self.invoices += 1
                self.invoice_lines += len(document.records)
                self.invoiced += document.figures.total
        self.documents_present += len(landed.present)
        self.lines_present += sum(len(document.records) for document in landed.present)
        self.customers += len(landed.customers)
        self.count_refused(landed.refused)
