"""From the lines of one number to an invoice or a credit note, or to the reasons why not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from fsm_portal.domain.invoice_total import InvoiceTotal, add_up, line_amount
from fsm_portal.domain.money import MAX_AMOUNT
from fsm_portal.flows.importing import values
from fsm_portal.flows.importing.buyers import Buyer, BuyerReader
from fsm_portal.flows.importing.lines import Header
from fsm_portal.flows.importing.mapping import Mapping
from fsm_portal.flows.importing.refusal import Reason, Record, Refusal, Refused, refuse_all
from fsm_portal.flows.importing.spool import Group
from fsm_portal.flows.importing.tax import Tax


@dataclass(frozen=True)
class Line:
    """``quantity`` and ``amount`` are positive on a credit note too; ``unit_price`` minor units."""

    description: str
    detail: str
    quantity: Decimal
    unit_price: Decimal
    amount: int


@dataclass(frozen=True)
class Document:
    """An invoice or a credit note to land, and the records it came from. ``due_date`` is the
    file's, None where it has none."""

    number: str
    is_credit_note: bool
    buyer: Buyer
    issue_date: date
    issued_at: datetime
    lines: list[Line]
    figures: InvoiceTotal
    records: list[Record]
    due_date: date | None = None


class DocumentReader:
    """Reads groups under one mapping. ``tax`` applies to every line, None to none."""

    def __init__(self, mapping: Mapping, header: Header, tax: Tax | None) -> None:
        self._mapping = mapping
        self._at = header.at
        self._names = header.names
        self._width = len(header.names)
        self._tax = tax
        self._zone = ZoneInfo(mapping.dates.time_zone)
        self._invoice_number = re.compile(mapping.numbers.invoice, re.ASCII)
        self._credit_note_number = re.compile(mapping.numbers.credit_note, re.ASCII)
        self._is_invoice = re.compile(mapping.kinds.invoice, re.ASCII | re.IGNORECASE)
        self._open = re.compile(mapping.statuses.open, re.ASCII | re.IGNORECASE)
        self.buyers = BuyerReader(mapping, header)

    def read(self, group: Group) -> Document | list[Refusal]:
        """The document of ``group``, whole, or a refusal for each of its lines."""
        try:
            is_credit_note = self._kind(group)
        except Refused as fault:
            return refuse_all(group.records, {record.line: fault for record in group.records})
        lines: list[Line] = []
        faults: dict[int, Refused] = {}
        if group.broken is not None:
            faults[group.broken] = Refused(Reason.FIELDS, "")
        for record in group.records:
            try:
                lines.append(self._line(record, group.records[0], is_credit_note))
            except Refused as fault:
                faults[record.line] = fault
        if faults:
            return refuse_all(group.records, faults)
        first = group.records[0].fields
        try:
            figures = self._figures(lines)
            issue_date, issued_at = self._moment(first)
            due_date = self._due(first, issue_date)
            buyer = self.buyers.read(first)
        except Refused as fault:
            return refuse_all(group.records, {record.line: fault for record in group.records})
        if is_credit_note and figures.tax and self._tax:
            lines.append(_tax_line(self._tax, figures.tax))
        return Document(
            group.number,
            is_credit_note,
            buyer,
            issue_date,
            issued_at,
            lines,
            figures,
            group.records,
            due_date,
        )

    def _kind(self, group: Group) -> bool:
        number = group.number
        if not number:
            raise Refused(Reason.NO_NUMBER, "No document number: fill it in.")
        if group.too_long:
            raise Refused(
                Reason.TOO_LARGE, f"{number} has more than {len(group.records):,} lines: split it."
            )
        if len(number) > 32 or not number.isprintable():
            raise Refused(Reason.NUMBER, "The document number has more than 32 characters.")
        if self._credit_note_number.fullmatch(number):
            return True
        if self._invoice_number.fullmatch(number):
            return False
        raise Refused(
            Reason.NUMBER,
            f"{number} is neither an invoice's number nor a credit note's: an adjustment of the "
            "books is entered by hand.",
        )

    def _line(self, record: Record, first: Record, is_credit_note: bool) -> Line:
        fields, at = record.fields, self._at
        if len(fields) != self._width:
            raise Refused(
                Reason.FIELDS, f"The line has {len(fields)} fields, the header {self._width}."
            )
        customer = fields[at["customer"]]
        if not customer.strip() and self._mapping.customers.without == "refuse":
            column = self._names[at["customer"]].strip()
            raise Refused(
                Reason.NO_CUSTOMER,
                f"No customer: fill in {column}, or import with walk-ins.",
            )
        if record is not first and len(first.fields) == self._width:
            self._agrees(fields, first)
        self._is_owed(fields)
        quantity = values.quantity(fields[at["quantity"]] if "quantity" in at else "1")
        if is_credit_note and "quantity" not in at:
            quantity = -quantity
        if is_credit_note:
            if quantity > 0:
                raise Refused(
                    Reason.QUANTITY,
                    "The quantity on a credit note is above zero: nothing comes back.",
                )
            quantity = -quantity
        elif quantity < 0:
            raise Refused(
                Reason.QUANTITY, "The quantity on an invoice is below zero: make it a credit note."
            )
        money = self._mapping.money
        price = fields[at["unit_price"]]
        if money.thousands:
            price = values.without_thousands(price, money.thousands)
        unit_price = values.unit_price(price, money.currency)
        amount = line_amount(quantity, unit_price)
        if amount > MAX_AMOUNT:
            raise Refused(Reason.TOO_LARGE, "The line comes to more than the books can hold.")
        item = fields[at["item"]] if "item" in at else ""
        text = fields[at["description"]] if "description" in at else ""
        description, detail = values.description(text or self._mapping.lines.description, item)
        return Line(description, detail, quantity, unit_price, amount)

    def _is_owed(self, fields: list[str]) -> None:
        """Of what is settled elsewhere nobody may be asked for money here."""
        at, currency = self._at, self._mapping.money.currency
        if "kind" in at and not self._is_invoice.fullmatch(fields[at["kind"]].strip()):
            raise Refused(
                Reason.KIND,
                f"It is a {fields[at['kind']].strip()[:40]!r}: only invoices are imported.",
            )
        if "status" in at and not self._open.fullmatch(fields[at["status"]].strip()):
            raise Refused(
                Reason.STATUS,
                f"Its status is {fields[at['status']].strip()[:40]!r}: only what is still to be "
                "paid is imported.",
            )
        if "currency" in at and fields[at["currency"]].strip().upper() != currency:
            raise Refused(
                Reason.CURRENCY,
                f"It is in {fields[at['currency']].strip()[:8].upper() or 'no currency'}, and "
                f"{currency} is imported: import it by itself.",
            )

    def _agrees(self, fields: list[str], first: Record) -> None:
        column = self._at["customer"]
        if fields[column] != first.fields[column]:
            raise Refused(
                Reason.CUSTOMER,
                f"Another customer than on line {first.line} of the same document.",
            )
        column = self._at["date"]
        # The minute may pass while a document is written; the day may not.
        if fields[column] != first.fields[column]:
            own, theirs = self._moment(fields), self._moment(first.fields)
            if own[0] != theirs[0]:
                raise Refused(
                    Reason.DATE, f"Another day than on line {first.line} of the same document."
                )

    def _figures(self, lines: Sequence[Line]) -> InvoiceTotal:
        tax = self._tax
        taxed = [(line.amount, tax.id if tax else None) for line in lines]
        figures = add_up(taxed, {tax.id: tax.ppm} if tax else {})
        if figures.total <= 0:
            raise Refused(Reason.NOTHING_TO_PAY, "The document comes to 0.00: nothing to pay.")
        if figures.total > MAX_AMOUNT:
            raise Refused(Reason.TOO_LARGE, "The document comes to more than the books can hold.")
        return figures

    def _moment(self, fields: list[str]) -> tuple[date, datetime]:
        return values.moment(fields[self._at["date"]], self._mapping.dates.format, self._zone)

    def _due(self, fields: list[str], issued: date) -> date | None:
        written = fields[self._at["due_date"]] if "due_date" in self._at else ""
        if not written.strip():
            return None
        due, _ = values.moment(written, self._mapping.dates.format, self._zone)
        if due < issued:
            raise Refused(Reason.DATE, f"It is due on {due}, before its day of issue, {issued}.")
        return due


def _tax_line(tax: Tax, amount: int) -> Line:
    # A credit note has no taxes of its own: its lines add up to what is owed less.
    return Line(tax.name, "", Decimal(1), Decimal(amount), amount)
