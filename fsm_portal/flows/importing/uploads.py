"""Files that staff uploaded to import: kept, looked at, changed in what their columns mean."""

import gzip
import io
import json
from datetime import timedelta
from typing import IO, Any, cast

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import defer
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.import_run import ImportKind, ImportRun
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.one_line import one_line
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import import_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.guess import DATES, FIELDS, MONTH_FIRST, guess

MOST_BYTES = 10_000_000
# A file is kept for as long as somebody may come back to it, and no longer: it names people. The
# prune removes it then.
KEPT = timedelta(days=7)
# A run that was not heard of for so long has ended with its process.
SILENT = timedelta(seconds=60)
_run = table_of(ImportRun)
_of: Any = ImportRun


def keep_file(who: Identity, kind: object, name: str, content: bytes) -> str:
    """Keep an uploaded file, its columns guessed; returns the run's id. Raises CannotImport."""
    if not who.may(May.IMPORT):
        raise CannotImport("Your role cannot import. Ask the office to do it.")
    known = next((each for each in ImportKind if each == kind), None)
    if known is None:
        raise CannotImport("Say whether these are customers, jobs or invoices.")
    if not content.strip():
        raise CannotImport("The file is empty.")
    if len(content) > MOST_BYTES:
        raise CannotImport("The file is larger than 10 MB: split it, or use the command line.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CannotImport("This is an Excel workbook: save it as CSV (UTF-8) first.")
    if content.startswith((b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise CannotImport("This is no CSV in UTF-8: save it as CSV (UTF-8) first.")
    with reading() as session:
        month_first = session.get_one(Company, who.company_id).country in MONTH_FIRST
    # Before anything is written: payments would wait for ten million bytes to be read and packed.
    run = ImportRun(
        company_id=who.company_id,
        staff_id=who.person_id,
        kind=known.value,
        file_name=one_line(name)[:120] or "upload.csv",
        content=gzip.compress(content, 6),
        settings=json.dumps(guess(content, known, month_first).as_settings() | {"tax_rate": ""}),
        report="{}",
    )
    with unit_of_work() as session:
        session.add(run)
        words = f"{run.file_name}, to import {known.value}"
        write_down(session, who, Deed.UPLOADED_FILE, about="import", about_id=run.id, words=words)
    return run.id


def choose(who: Identity, run_id: object, part: object, value: object) -> frozenset[str]:
    """Change what a column means, or how days are written; topics to ring. What makes no sense,
    and a file that is imported already, is left as it is."""
    if not who.may(May.IMPORT) or not isinstance(part, str) or not isinstance(value, str):
        return frozenset()
    with unit_of_work() as session:
        run = run_of(session, who.company_id, run_id, locked=True)
        if run is None or run.state == "done" or is_running(run):
            return frozenset()
        settings: dict[str, Any] = json.loads(run.settings)
        fields = {field.name for field in FIELDS[ImportKind(run.kind)]}
        if part in fields and (value == "" or value in settings["headers"]):
            settings["columns"][part] = value
        elif (part == "dates" and value in dict(DATES)) or (part == "tax_rate" and len(value) < 61):
            settings[part] = value
        run.settings = json.dumps(settings)
        run.state = "new"
        session.add(run)
    return frozenset({import_topic(who.company_id, run.id)})


def run_of(
    session: Session, company_id: str, run_id: object, *, locked: bool = False
) -> ImportRun | None:
    """The company's run of that id, or None; without the two files, which may be large.

    ``locked``: for one at a time to change.
    """
    if not isinstance(run_id, str) or not is_id(run_id):
        return None
    return session.get(
        ImportRun,
        (company_id, run_id),
        options=[defer(_of.content), defer(_of.refused)],
        with_for_update={"key_share": True} if locked else None,
    )


def is_running(run: ImportRun) -> bool:
    """Whether somebody works at it: one whose process ended can be begun again."""
    return run.state == "running" and run.beat_at > now() - SILENT


def content_of(session: Session, run: ImportRun) -> IO[bytes]:
    """The file, unpacked as far as it is read. Raises CannotImport once it is forgotten."""
    packed = session.connection().execute(_file(_run.c.content), _key(run)).scalar()
    if packed is None:
        raise CannotImport("This file is no longer kept: upload it again.")
    return cast(IO[bytes], gzip.open(io.BytesIO(packed)))


def has_refused(session: Session, run: ImportRun) -> bool:
    """Whether there is a refused.csv to download."""
    found = session.connection().execute(_file(_run.c.refused.is_not(None)), _key(run))
    return bool(found.scalar())


def _file(column: ColumnElement[Any]) -> Select[Any]:
    return select(column).where(
        _run.c.company_id == bindparam("company_id"), _run.c.id == bindparam("id")
    )


def _key(run: ImportRun) -> dict[str, str]:
    return {"company_id": run.company_id, "id": run.id}
