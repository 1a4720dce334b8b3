"""Reports as QuickBooks exports them, made into tables: one header, one record a line.

A report begins with its titles (whose it is, what, of which days), each alone on its line, then
comes the header. "Sales by Customer Detail" and "Open Invoices" have no column for the customer: a
line with the customer's name alone stands above their lines, a total below them, and the moment of
the export at the very end.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

Row = tuple[int, list[str]]

LOOKED_AHEAD = 10
# Whose report it is, and which: no report has fewer titles.
_FEWEST_TITLES = 2
_FEWEST_COLUMNS = 3
_SEPARATOR = len("sep=;")
_CUSTOMERS = {"customer", "customer full name", "customer name", "client", "name"}
_TOTAL = re.compile(r"total( for .+)?", re.IGNORECASE)
_EXPORTED_AT = re.compile(r".*\b\d{1,2}:\d{2}\s*[AP]M\s+GMT\b.*", re.IGNORECASE)


def as_table(rows: Iterator[Row]) -> Iterator[Row]:
    """The header, then the records, of ``rows`` without blank ones. What is no report is left as
    it is. Of a report with customers as headings, the first column becomes "Customer"."""
    ahead = list(islice(rows, LOOKED_AHEAD))
    if ahead and _says_separator(ahead[0][1]):
        ahead = ahead[1:]
    start = _titles(ahead)
    rest = chain(ahead[start:], rows)
    header = next(rest, None)
    if header is None:
        return
    number, names = header
    following = ahead[start + 1] if len(ahead) > start + 1 else None
    has_headings = not names[0].strip() and following is not None and _is_alone(following[1])
    if has_headings:
        called = [_called(names), *names[1:]]
        yield number, called
        # A second report in the file is told as in any other: its header comes again.
        yield from (
            (line, called) if fields == names else (line, fields)
            for line, fields in _under_headings(rest, names)
        )
        return
    yield header
    if start:
        yield from (row for row in rest if not (_is_alone(row[1]) and _is_footer(row[1])))
    else:
        yield from rest


def _says_separator(fields: Sequence[str]) -> bool:
    """``sep=;``, as Excel is told above a header; its sign may have been taken for one already."""
    first = fields[0].strip().casefold()
    return first.startswith("sep=") and len(first) <= _SEPARATOR and not any(fields[1:])


def _titles(ahead: Sequence[Row]) -> int:
    """How many lines stand above the header."""
    for at, (_, fields) in enumerate(ahead):
        if sum(1 for cell in fields if cell.strip()) >= _FEWEST_COLUMNS:
            return at if at >= _FEWEST_TITLES else 0
        if not _is_alone(fields):
            return 0
    return 0


def _called(names: Sequence[str]) -> str:
    """What the headings are: customers, unless these have a column of their own."""
    others = {name.strip().casefold() for name in names}
    return "Heading" if others & _CUSTOMERS else "Customer"


def _under_headings(rows: Iterator[Row], names: Sequence[str]) -> Iterator[Row]:
    heading = ""
    for number, fields in rows:
        first = fields[0].strip() if fields else ""
        if _is_alone(fields):
            heading = first
        elif _TOTAL.fullmatch(first):
            continue
        elif not first and len(fields) == len(names) and fields != names:
            yield number, [heading, *fields[1:]]
        else:
            yield number, fields


def _is_alone(fields: Sequence[str]) -> bool:
    return bool(fields[0].strip()) and not any(cell.strip() for cell in fields[1:])


def _is_footer(fields: Sequence[str]) -> bool:
    return bool(_EXPORTED_AT.fullmatch(fields[0].strip()))
