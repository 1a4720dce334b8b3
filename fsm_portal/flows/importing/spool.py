"""Bring the lines of one document together, however far apart they are in the file.

Real files interleave documents that were written at the same moment at two tills. The lines go
through a temporary SQLite database that grows on disk, not in memory, and vanishes by itself when
the process ends. Documents come out in the order in which they begin in the file.
"""

import marshal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.lines import Header
from fsm_portal.flows.importing.refusal import Record

# The longest invoice of the real file has 580 lines.
LONGEST_DOCUMENT = 5_000
_CHUNK = 2_000
_RECENT = 1_000
_MOST_BROKEN = 1_000


@dataclass(frozen=True)
class Group:
    """The lines of one document number.

    ``too_long`` when there are more than these. ``broken`` is a line with a wrong number of fields
    that may belong to the document: counted from the left or from the right, it has its number.
    """

    number: str
    records: list[Record]
    too_long: bool = False
    broken: int | None = None


class Spool:
    """Takes lines in the order of the file, gives groups. ``header`` says where the number is."""

    def __init__(self, header: Header) -> None:
        self._number_at = header.at["number"]
        self._width = len(header.names)
        self._broken: dict[str, int] = {}
        # An empty name is SQLite's private temporary database: unlinked as soon as it is open.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            """
            PRAGMA journal_mode=OFF;
            PRAGMA synchronous=OFF;
            CREATE TABLE document (number TEXT PRIMARY KEY, first INTEGER) WITHOUT ROWID;
            CREATE TABLE line (
                first INTEGER, line INTEGER, number TEXT, fields BLOB, PRIMARY KEY (first, line)
            ) WITHOUT ROWID;
            BEGIN;
            """
        )
        # Where a number began; it is asked of the database again when it has fallen out of here.
        self._recent: dict[str, int] = {}
        self._chunk: list[tuple[int, int, str, bytes]] = []
        self.lines = 0

    def add(self, line: int, fields: list[str]) -> None:
        """Raises CannotImport when too many lines have a wrong number of fields."""
        if len(fields) == self._width:
            number = fields[self._number_at].strip()
        else:
            number = self._broken_number(line, fields)
        first = self._recent.get(number)
        if first is None:
            first = self._first_line(number, line)
        self._chunk.append((first, line, number, marshal.dumps(fields)))
        self.lines += 1
        if len(self._chunk) >= _CHUNK:
            self._flush()

    def _broken_number(self, line: int, fields: list[str]) -> str:
        if len(self._broken) >= _MOST_BROKEN:
            raise CannotImport(
                f"Line {line} has {len(fields)} fields, not {self._width}, and so do too many "
                "lines before it: this is not a file of one kind of line."
            )
        numbers = [
            fields[at].strip()
            for at in (self._number_at, len(fields) - self._width + self._number_at)
            if 0 <= at < len(fields)
        ]
        for number in numbers:
            self._broken.setdefault(number, line)
        return numbers[0] if numbers else ""

    def _first_line(self, number: str, line: int) -> int:
        if len(self._recent) >= _RECENT:
            self._recent.clear()
        row = self._database.execute(
            "INSERT INTO document VALUES (?, ?) ON CONFLICT DO UPDATE SET first = first "
            "RETURNING first",
            (number, line),
        ).fetchone()
        self._recent[number] = row[0]
        return int(row[0])

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO line VALUES (?, ?, ?, ?)", self._chunk)
        self._chunk.clear()

    def groups(self) -> Iterator[Group]:
        """Every document's lines. A longer one than LONGEST_DOCUMENT comes in pieces, so marked."""
        self._flush()
        rows = self._database.execute("SELECT line, number, fields FROM line ORDER BY first, line")
        records: list[Record] = []
        current, too_long = "", False
        for line, number, fields in rows:
            if records and number != current:
                yield self._group(current, records, too_long)
                records, too_long = [], False
            elif len(records) == LONGEST_DOCUMENT:
                too_long = True
                yield self._group(current, records, too_long)
                records = []
            current = number
            records.append(Record(line, marshal.loads(fields)))
        if records:
            yield self._group(current, records, too_long)

    def _group(self, number: str, records: list[Record], too_long: bool) -> Group:
        return Group(number, records, too_long, self._broken.get(number))

    def close(self) -> None:
        self._database.close()
