"""Why a line did not land, in words that say what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Kinds of refusal, as the report counts them."""

    FIELDS = "Wrong number of fields"
    NO_NUMBER = "No invoice number"
    NUMBER = "Neither an invoice's number nor a credit note's"
    NO_CUSTOMER = "No customer"
    CUSTOMER = "Customer not clear"
    NAME = "Name not clear"
    KIND = "Not an invoice"
    STATUS = "Nothing is owed on it any more"
    CURRENCY = "In another currency"
    DATE = "Date not clear"
    QUANTITY = "Quantity does not fit"
    PRICE = "Price does not fit"
    DESCRIPTION = "Description does not fit"
    NOTHING_TO_PAY = "Nothing to pay"
    TOO_LARGE = "Too large"
    OTHER_CONTENT = "Number is taken by another document"
    OTHER_LINE = "Another line of the document was refused"


@dataclass(frozen=True)
class Record:
    """One line of the file: ``line`` is where it begins, ``fields`` are as they were written."""

    line: int
    fields: list[str]


class Refused(Exception):
    """Raised where a line or a document cannot land; ``text`` is for whoever mends the file."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text


@dataclass(frozen=True)
class Refusal:
    """A line that did not land, and why."""

    record: Record
    reason: Reason
    text: str


def refuse_all(records: list[Record], because: dict[int, Refused]) -> list[Refusal]:
    """Refuse a document whole: a part of it would land with a wrong total.

    ``because`` gives the lines that are at fault; the others name the first of them.
    """
    first = min(because)
    others = Refused(
        Reason.OTHER_LINE,
        f"Line {first} of the same document was refused: mend that one, then import all its lines.",
    )
    refusals: list[Refusal] = []
    for record in records:
        fault = because.get(record.line, others)
        refusals.append(Refusal(record, fault.reason, fault.text))
    return refusals
