"""Importing in the tests: the slice of the real file, small files made of lines, one call."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.flows.importing.import_invoices import import_invoices
from fsm_portal.flows.importing.mapping import Mapping, load_mapping
from fsm_portal.flows.importing.report import ImportReport

SLICE = Path(__file__).parent / "data" / "online_retail_ii_slice.csv"
RETAIL = load_mapping("online-retail-ii")
HEADER = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price"]
HEADER += ["Customer ID", "Country"]

_SOUND = ["22423", "MUG", "2", "2010-03-01 09:30:00", "2.55", "13085.0", "United Kingdom"]

TABLES = (Customer, Invoice, InvoiceLine, InvoiceTax, CreditNote, CreditNoteLine, LedgerEntry)


def line(number: str = "500001", **changes: str) -> list[str]:
    """A sound line of the retail file: two mugs at 2.55; ``changes`` by column, spaces as ``_``."""
    fields = dict(zip(HEADER, [number, *_SOUND], strict=True))
    fields.update({name.replace("_", " "): value for name, value in changes.items()})
    return list(fields.values())


def as_csv(*lines: list[str], header: list[str] = HEADER) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *lines])
    return text.getvalue()


class Importer:
    """Imports into a company, from a file or from content, with refused.csv in ``directory``."""

    def __init__(self, company: Company, directory: Path) -> None:
        self.company = company
        self.directory = directory
        self.refused_path = directory / "refused.csv"

    def __call__(
        self, source: Path | str | bytes = SLICE, mapping: Mapping = RETAIL, **options: Any
    ) -> ImportReport:
        if not isinstance(source, Path):
            content = source.encode() if isinstance(source, str) else source
            source = self.directory / "lines.csv"
            source.write_bytes(content)
        options.setdefault("refused_path", self.refused_path)
        return import_invoices(source, self.company.id, mapping, **options)

    def refused(self) -> list[dict[str, str]]:
        with self.refused_path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def reasons(self) -> dict[int, str]:
        """Line number to reason."""
        return {int(row["refused_line"]): row["refused_reason"] for row in self.refused()}


def rows_in(company: Company) -> dict[str, int]:
    """How many rows of each table the company has."""
    with reading() as session:
        return {
            model.__tablename__: session.connection()
            .execute(
                select(func.count())
                .select_from(table_of(model))
                .where(table_of(model).c.company_id == company.id)
            )
            .scalar_one()
            for model in TABLES
        }


def write_lines(path: Path, lines: Iterable[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *lines])
    return path
