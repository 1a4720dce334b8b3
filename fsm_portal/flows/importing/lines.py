"""Read the lines of a CSV file, plain or gzipped, and stop at the first that is not sound.

A fault in the file's form (encoding, quotes, header) means that nobody can say where its lines
begin and end, so it is told with its line number before anything lands.
"""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.report_rows import LOOKED_AHEAD, as_table

_LONGEST_LINE = 1_000_000


class Columns(Protocol):
    """Which columns a file has to have."""

    def used(self) -> dict[str, tuple[str, ...]]:
        """Field to the headers that it may go by."""

    def may_lack(self, field: str) -> bool:
        """Whether a file without that column is a file all the same."""


class Layout(Protocol):
    """What has to be known of a file to read its lines: a Mapping, or less."""

    @property
    def name(self) -> str: ...
    @property
    def encoding(self) -> str: ...
    @property
    def delimiter(self) -> str: ...
    @property
    def columns(self) -> Columns: ...


@dataclass(frozen=True)
class Header:
    """The names of the file's columns, and where the mapping's are among them."""

    names: list[str]
    at: dict[str, int]


@dataclass(frozen=True)
class CsvFile:
    """A CSV file open for reading: its header, then ``lines`` as (line number, fields)."""

    header: Header
    lines: Iterator[tuple[int, list[str]]]


def read_lines(source: IO[bytes], mapping: Layout) -> CsvFile:
    """Read CSV from ``source``. Lines that are blank are left out, and so are a report's titles,
    headings and totals (``report_rows``).

    A line number is that of the line on which a record begins; the header mostly is line 1.
    Raises CannotImport, here or while ``lines`` are read.
    """
    lines = as_table(_records(source, mapping))
    _, names = next(lines, (1, []))
    if not names:
        raise CannotImport("The file is empty.")
    header = Header(names, _find_columns(names, mapping))
    return CsvFile(header, _checked(lines, names))


def open_bytes(path: Path) -> tuple[IO[bytes], Callable[[], int]]:
    """Open ``path``, gunzipped where it is gzip; and a way to ask how far in it reading is.

    Raises CannotImport.
    """
    try:
        source = path.open("rb")
        start = source.read(4)
        source.seek(0)
    except OSError as problem:
        raise CannotImport(f"{path} cannot be read: {problem.strerror}.") from None
    if start.startswith(b"PK\x03\x04"):
        raise CannotImport("This is an Excel workbook or a zip: save it as CSV (UTF-8) first.")
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(source)), source.tell
    return source, source.tell


def _text_lines(source: IO[bytes], encoding: str) -> Iterator[str]:
    number = 0
    try:
        while raw := source.readline(_LONGEST_LINE):
            number += 1
            if number == 1:
                if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise CannotImport("The file is UTF-16: save it as CSV UTF-8.")
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if len(raw) == _LONGEST_LINE:
                raise CannotImport(
                    f"Line {number} has over {_LONGEST_LINE:,} characters: this is no CSV."
                )
            if b"\0" in raw:
                raise CannotImport(
                    f"Line {number} has a NUL byte: this is no text, or it is damaged."
                )
            yield raw.decode(encoding)
    except UnicodeDecodeError as problem:
        byte = problem.object[problem.start]
        raise CannotImport(
            f"Line {number} is not {encoding.upper()} (byte 0x{byte:02X} at {problem.start + 1}): "
            "save the file as CSV UTF-8."
        ) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise CannotImport(f"The gzip file is damaged after line {number}: {problem}.") from None


def _records(source: IO[bytes], mapping: Layout) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(
        _text_lines(source, mapping.encoding), delimiter=mapping.delimiter, strict=True
    )
    width = 0
    while True:
        begins = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise CannotImport(f"Line {begins} {_in_plain_words(str(problem))}.") from None
        if not any(fields):
            continue
        # A report's titles stand above its header and may be narrower.
        if not width or (width == 1 and begins <= LOOKED_AHEAD):
            width = len(fields)
        if len(fields) != width and reader.line_num > begins:
            # A quote that swallowed whole lines may hide other invoices.
            raise CannotImport(
                f"Line {begins} opens a quotation mark that closes on line {reader.line_num}, and "
                f"what is between has {len(fields)} fields, not {width}."
            )
        yield begins, fields


def _in_plain_words(problem: str) -> str:
    if "unexpected end of data" in problem or "field limit" in problem:
        return "opens a quotation mark that never closes"
    if "expected after" in problem:
        return "has text after a closing quotation mark: a mark inside a field is written twice"
    if "new-line character" in problem:
        return "has a line end of an old kind (CR) inside it: save the file as CSV UTF-8"
    return f"is not CSV: {problem}"


def _find_columns(names: list[str], mapping: Layout) -> dict[str, int]:
    found = [name.strip().casefold() for name in names]
    at: dict[str, int] = {}
    missing: list[str] = []
    for field, wanted in mapping.columns.used().items():
        there = [name for name in wanted if name.casefold() in found]
        if not there:
            if not mapping.columns.may_lack(field):
                missing.append(" or ".join(wanted))
            continue
        name = there[0].casefold()
        if found.count(name) > 1:
            raise CannotImport(f"The column {there[0]} is there {found.count(name)} times.")
        at[field] = found.index(name)
    if missing:
        has = ", ".join(name.strip() for name in names)
        raise CannotImport(
            f"The mapping {mapping.name} needs the column{'s' if len(missing) > 1 else ''} "
            f"{', '.join(missing)}. The file's header has: {has[:300]}.{_hint(names, mapping)}"
        )
    return at


def _hint(names: list[str], mapping: Layout) -> str:
    for character, word in ((";", "semicolons"), ("\t", "tabs"), (",", "commas")):
        if len(names) == 1 and character in names[0] and character != mapping.delimiter:
            return f" It is separated by {word}: set delimiter in the mapping."
    return ""


def _checked(
    lines: Iterator[tuple[int, list[str]]], names: list[str]
) -> Iterator[tuple[int, list[str]]]:
    for number, fields in lines:
        if fields == names:
            raise CannotImport(
                f"Line {number} is the header again: two files in one. Import each by itself, "
                "or invoices that are in both would be counted twice."
            )
        yield number, fields
