"""What a file's columns mean, as far as their headers tell: ours, Stripe's, QuickBooks'."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from fsm_portal.domain.import_run import ImportKind
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.report_rows import LOOKED_AHEAD, as_table


@dataclass(frozen=True)
class Field:
    """One of ours, and by which headers it goes; ``needed`` where nothing lands without it."""

    name: str
    label: str
    headers: tuple[str, ...]
    needed: bool = False


# In small letters. Stripe's and QuickBooks' own headers are among them: a file of theirs is mapped
# as it comes.
FIELDS: dict[ImportKind, tuple[Field, ...]] = {
    ImportKind.CUSTOMERS: (
        Field(
            "name",
            "Name",
            ("name", "customer full name", "customer name", "customer", "company", "company name",
             "full name"),
            needed=True,
        ),
        Field("other_name", "Name where that is empty", ("description",)),
        Field("reference", "Their id", ("id", "customer id", "customer number", "reference")),
        Field("contact", "Contact", ("contact", "contact name", "primary contact", "attention",
                                     "full name")),
        Field("email", "Email", ("email", "email address", "main email", "e-mail")),
        Field("phone", "Phone", ("phone", "phone numbers", "phone number", "main phone", "mobile")),
        Field(
            "address",
            "Address",
            ("address", "billing address", "bill address", "bill to", "billing street", "street",
             "address line1", "card address line1"),
        ),
        Field("country", "Country", ("country", "address country", "billing country",
                                     "card address country")),
    ),
    ImportKind.JOBS: (
        Field(
            "customer",
            "Customer",
            ("customer", "customer full name", "customer id", "customer email", "customer name",
             "client"),
            needed=True,
        ),
        Field("title", "Title", ("title", "job", "job name", "job title", "service"), needed=True),
        Field("date", "Day", ("date", "day", "start", "starts at", "start date", "scheduled"),
              needed=True),
        Field("description", "Description", ("description", "notes", "details", "memo")),
        Field("completed", "Completed", ("completed", "done", "status", "state")),
    ),
    ImportKind.INVOICES: (
        Field(
            "number",
            "Number",
            ("number", "num", "invoice", "invoice number", "invoiceno", "*invoiceno", "no.",
             "invoice no", "invoice no.", "invoice #", "invoice_number", "transaction number"),
            needed=True,
        ),
        Field(
            "customer",
            "Customer’s id or name",
            ("customer", "*customer", "customer full name", "customer id", "customer name",
             "client", "name"),
            needed=True,
        ),
        Field("date", "Day of issue",
              ("date (utc)", "date", "transaction date", "invoicedate", "*invoicedate",
               "invoice date", "issue_date", "issued"),
              needed=True),
        Field("due_date", "Due date",
              ("due date (utc)", "due date", "due_date", "duedate", "*duedate")),
        Field(
            "unit_price",
            "Price",
            ("amount due", "open balance", "sales price", "itemrate", "price", "unit price", "rate",
             "*itemamount", "itemamount", "due", "amount", "total"),
            needed=True,
        ),
        Field("quantity", "Quantity", ("quantity", "qty", "itemquantity")),
        Field(
            "description",
            "Description",
            ("description", "memo/description", "itemdescription", "memo", "details"),
        ),
        Field("item", "Item", ("stockcode", "product/service", "product/service full name", "item",
                               "item(product/service)", "*item(product/service)", "sku")),
        Field("customer_name", "Customer’s name", ("customer name",)),
        Field("email", "Email", ("customer email", "email")),
        Field("country", "Country", ("country",)),
        Field("kind", "Kind of transaction", ("transaction type", "type")),
        Field("status", "Status", ("status",)),
        Field("currency", "Currency", ("currency",)),
    ),
}  # fmt: skip
# What is the amount of a whole line or invoice already: nothing multiplies it once more.
_WHOLE = {"amount due", "open balance", "*itemamount", "itemamount", "due", "amount", "total"}
DATES: tuple[tuple[str, str], ...] = (
    ("%Y-%m-%d", "2026-11-30"),
    ("%Y-%m-%d %H:%M", "2026-11-30 14:05"),
    ("%Y-%m-%d %H:%M:%S", "2026-11-30 14:05:00"),
    ("%Y-%m-%dT%H:%M:%S", "2026-11-30T14:05:00"),
    ("%m/%d/%Y", "11/30/2026 (month first)"),
    ("%m/%d/%Y %H:%M", "11/30/2026 14:05 (month first)"),
    ("%d/%m/%Y", "30/11/2026 (day first)"),
    ("%d/%m/%Y %H:%M", "30/11/2026 14:05 (day first)"),
    ("%d.%m.%Y", "30.11.2026"),
)
_LOOKED_AT = 200
# Where 11/02 is the second of November.
MONTH_FIRST = {"US", "PH"}


@dataclass(frozen=True)
class Guess:
    """How a file is to be read; ``columns`` are our fields with the file's headers."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    columns: dict[str, str]
    dates: str
    source: str

    def as_settings(self) -> dict[str, object]:
        return asdict(self)


def guess(content: bytes, kind: ImportKind, month_first: bool) -> Guess:
    """Raises CannotImport for what is no CSV with a header."""
    encoding = _encoding(content)
    text = content.decode(encoding).removeprefix("\ufeff")
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        written = list(islice(reader, _LOOKED_AT))
    except csv.Error as error:
        raise CannotImport(f"This is no CSV: {error}.") from None
    numbered = ((number, fields) for number, fields in enumerate(written, 1) if any(fields))
    lines = [fields for _, fields in as_table(numbered)]
    headers = [name.strip() for name in (lines[0] if lines else [])]
    if not any(headers) or not any(written[0]):
        raise CannotImport("The first line is empty: it has to name the columns.")
    columns = _columns(headers, kind)
    return Guess(
        encoding,
        delimiter,
        tuple(dict.fromkeys(name for name in headers if name)),
        columns,
        _dates(lines[1:], headers, columns.get("date", ""), month_first),
        _source(headers),
    )


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        # What Excel writes where nobody asked it for UTF-8.
        return "cp1252" if _is_cp1252(content) else "latin-1"
    return "utf-8"


def _delimiter(text: str) -> str:
    """By the first line that has one: a report's titles may have none."""
    for line in islice(io.StringIO(text), LOOKED_AHEAD):
        best = max(",;\t", key=line.count)
        if best in line:
            return best
    return ","


def _is_cp1252(content: bytes) -> bool:
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _columns(headers: Sequence[str], kind: ImportKind) -> dict[str, str]:
    """The best header for each field; each header for one of them."""
    named = {name.casefold(): name for name in reversed(headers) if name}
    columns: dict[str, str] = {}
    for field in FIELDS[kind]:
        for header in field.headers:
            if header in named and named[header] not in columns.values():
                columns[field.name] = named[header]
                break
    if columns.get("unit_price", "").casefold() in _WHOLE:
        columns.pop("quantity", None)
    return columns


def _dates(
    lines: Sequence[Sequence[str]], headers: Sequence[str], column: str, month_first: bool
) -> str:
    """The first way of writing days in which all that was looked at can be read."""
    if column not in headers:
        return DATES[0][0]
    at = list(headers).index(column)
    written = [line[at].strip() for line in lines if len(line) > at and line[at].strip()]
    ways = [way for way, _ in DATES]
    if not month_first:
        ways.sort(key=lambda way: way.startswith("%m"))
    return next((way for way in ways if all(_reads(text, way) for text in written)), ways[0])


def _reads(text: str, way: str) -> bool:
    try:
        datetime.strptime(text, way)
    except ValueError:
        return False
    return True


def _source(headers: Sequence[str]) -> str:
    """Whose export it looks like."""
    named = {name.casefold() for name in headers}
    if "date (utc)" in named or {"created (utc)", "delinquent"} & named:
        return "Stripe"
    if {"memo/description", "invoiceno", "*invoiceno", "phone numbers", "transaction type"} & named:
        return "QuickBooks"
    return ""
