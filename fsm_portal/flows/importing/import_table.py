"""Import a file with one customer, or one job, a line: batch by batch, and say what was refused.

The file's form is checked whole before anything lands, as it is for invoices.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.landing import take_turns
from fsm_portal.flows.importing.layout import TableLayout
from fsm_portal.flows.importing.lines import open_bytes, read_lines
from fsm_portal.flows.importing.people import People
from fsm_portal.flows.importing.refusal import Reason, Record, Refusal, Refused
from fsm_portal.flows.importing.refused_file import refused_file
from fsm_portal.flows.importing.report import Progress
from fsm_portal.flows.importing.visits import Visits

BATCH = 500
_SAID_EVERY = 2_000
TableKind = Literal["customers", "jobs"]


class Lander(Protocol):
    """Reads a line, and lands many."""

    def read(self, record: Record) -> Any: ...

    def land(
        self, session: Session, found: list[Any], dry_run: bool
    ) -> tuple[int, int, list[Refusal]]: ...

    def preview(self, found: Any) -> tuple[str, str]: ...


@dataclass
class TableReport:
    """Lines read = landed + already there + refused + not reached. ``stopped`` says why."""

    lines_read: int = 0
    landed: int = 0
    present: int = 0
    refused: Counter[Reason] = field(default_factory=Counter)
    stopped: str = ""

    @property
    def lines_refused(self) -> int:
        return self.refused.total()

    @property
    def lines_done(self) -> int:
        return self.landed + self.present + self.lines_refused

    @property
    def lines_left(self) -> int:
        return self.lines_read - self.lines_done


def lander(kind: TableKind, company_id: str, at: dict[str, int], layout: TableLayout) -> Lander:
    """What reads and lands lines of ``kind``; ``at`` says where our fields are."""
    return People(company_id, at) if kind == "customers" else Visits(company_id, at, layout)


def import_table(
    file: Path,
    company_id: str,
    kind: TableKind,
    layout: TableLayout,
    *,
    refused_path: Path,
    progress: Callable[[Progress], None] = lambda progress: None,
    should_stop: Callable[[], bool] = lambda: False,
    dry_run: bool = False,
) -> TableReport:
    """Import ``file``; what is there already is counted and left alone.

    ``should_stop`` is asked between batches. A dry run says the same and lands nothing. Raises
    CannotImport before anything landed.
    """
    report = TableReport(lines_read=_count(file, layout, progress, should_stop))
    source, _ = open_bytes(file)
    with closing(source):
        lines = read_lines(source, layout)
        to = lander(kind, company_id, lines.header.at, layout)
        width = len(lines.header.names)
        try:
            with refused_file(refused_path, lines.header.names) as refused:
                for batch in _batches(lines.lines):
                    if should_stop():
                        report.stopped = "Stopped."
                        break
                    found, faults = read_all(to, batch, width)
                    landed, present, later = _land(to, company_id, found, dry_run)
                    report.landed += landed
                    report.present += present
                    both = sorted([*faults, *later], key=lambda one: one.record.line)
                    report.refused.update(one.reason for one in both)
                    refused.write(both)
                    progress(Progress("importing", report.lines_done, report.lines_read))
        except SQLAlchemyError as problem:
            report.stopped = f"The database failed: {str(problem).splitlines()[0]}"
    return report


def _land(
    to: Lander, company_id: str, found: list[Any], dry_run: bool
) -> tuple[int, int, list[Refusal]]:
    if dry_run:
        with reading() as session:
            return to.land(session, found, True)
    with unit_of_work() as session:
        take_turns(session, company_id)
        return to.land(session, found, False)


def read_all(
    to: Lander, batch: list[tuple[int, list[str]]], width: int
) -> tuple[list[Any], list[Refusal]]:
    """What the lines say, and what is wrong with the others."""
    found, faults = [], []
    for line, fields in batch:
        record = Record(line, fields)
        try:
            if len(fields) != width:
                raise Refused(
                    Reason.FIELDS, f"The line has {len(fields)} fields, the header {width}."
                )
            found.append(to.read(record))
        except Refused as fault:
            faults.append(Refusal(record, fault.reason, fault.text))
    return found, faults


def _count(
    file: Path,
    layout: TableLayout,
    progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> int:
    source, position = open_bytes(file)
    size, lines = file.stat().st_size, 0
    with closing(source):
        for _ in read_lines(source, layout).lines:
            lines += 1
            if lines % _SAID_EVERY == 0:
                if should_stop():
                    raise CannotImport("Stopped while the file was checked.")
                progress(Progress("checking", min(position(), size), size))
    progress(Progress("checking", size, size))
    return lines


def _batches(
    lines: Iterator[tuple[int, list[str]]],
) -> Iterator[list[tuple[int, list[str]]]]:
    batch = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


__all__ = [
    "CannotImport",
    "TableKind",
    "TableReport",
    "import_table",
    "lander",
    "read_all",
]
