"""Lines a second of an import, beside the raw SQLite driver inserting the same rows; and memory.

The baseline reads nothing, computes nothing and looks nothing up: it has the finished rows of each
batch in memory and inserts them with ``executemany``, one transaction for each batch.
"""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import select

from bench.invoice_lines import write_file
from bench.portal_on import portal_on
from bench.row import Row
from fsm_portal import db
from fsm_portal.domain.company import Company
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.importing.import_invoices import import_invoices
from fsm_portal.flows.importing.mapping import load_mapping
from tests import cast

ROUNDS, COPIES, MEMORY_COPIES = 5, 150, 100
MEMORY_GOAL = 1.1

Batch = list[tuple[str, Any]]


def run() -> list[Row]:
    """Two rows, some twenty seconds."""
    with tempfile.TemporaryDirectory() as directory:
        return [_speed(Path(directory)), _memory(Path(directory))]


def import_into(database: Path, file: Path) -> int:
    """Import ``file`` into the company of ``database``; returns how many lines landed."""
    with portal_on(database):
        with db.reading() as session:
            company_id = session.exec(select(Company.id)).one()
        mapping = load_mapping("online-retail-ii")
        refused = file.with_suffix(".refused.csv")
        return import_invoices(file, company_id, mapping, refused_path=refused).lines_landed


def empty_database(path: Path) -> Path:
    """A database with Bright Heating in it and nothing else."""
    with portal_on(path):
        metadata.create_all(db.engine())
        cast.save(cast.bright_heating())
    return path


def _speed(directory: Path) -> Row:
    file = directory / "lines.csv"
    lines = write_file(file, COPIES)
    empty = empty_database(directory / "empty.sqlite3")
    batches = _rows_of(shutil.copy(empty, directory / "taken.sqlite3"), file)
    ours, raw = [], []
    for number in range(ROUNDS):
        copies = [shutil.copy(empty, directory / f"{side}{number}.sqlite3") for side in ("a", "b")]
        began = time.perf_counter()
        assert import_into(Path(copies[0]), file) == lines
        ours.append(time.perf_counter() - began)
        raw.append(_insert(Path(copies[1]), batches))
    return Row(
        f"import of {lines:,} lines, on SQLite",
        f"{lines / median(ours):,.0f} lines/s",
        f"{lines / median(raw):,.0f} lines/s",
        median(raw) / median(ours),
        None,
    )


def _rows_of(database: Path, file: Path) -> list[Batch]:
    """Every batch that an import inserts, as the driver gets it."""
    batches: list[Batch] = [[]]

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("INSERT"):
            batches[-1].append((statement, parameters))

    def close(_c: Any) -> None:
        batches.append([])

    event.listen(Engine, "before_cursor_execute", listen)
    event.listen(Engine, "commit", close)
    try:
        import_into(database, file)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
        event.remove(Engine, "commit", close)
    return [batch for batch in batches if batch]


def _insert(path: Path, batches: list[Batch]) -> float:
    """Seconds that the driver alone takes, with the portal's own settings."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous=FULL")
    database.execute("PRAGMA foreign_keys=ON")
    began = time.perf_counter()
    for batch in batches:
        database.execute("BEGIN IMMEDIATE")
        for statement, parameters in batch:
            database.executemany(statement, parameters)
        database.execute("COMMIT")
    taken = time.perf_counter() - began
    database.close()
    return taken


def _memory(directory: Path) -> Row:
    peaks = []
    for copies in (MEMORY_COPIES, 4 * MEMORY_COPIES):
        file = directory / f"{copies}.csv"
        write_file(file, copies)
        database = empty_database(directory / f"{copies}.sqlite3")
        told = subprocess.run(
            [sys.executable, "-m", "bench.import_peak", str(database), str(file)],
            check=True,
            capture_output=True,
            text=True,
        )
        peaks.append(int(told.stdout))
    return Row(
        "import: peak memory, a file four times as long",
        f"{peaks[1] / 1024:.1f} MB",
        f"{peaks[0] / 1024:.1f} MB",
        peaks[1] / peaks[0],
        MEMORY_GOAL,
    )
