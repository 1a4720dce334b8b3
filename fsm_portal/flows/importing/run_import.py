"""Import an uploaded file: the same importers as on the command line, with a bar on the page."""

import gzip
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.import_run import ImportKind, ImportRun
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.money import to_decimal
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic, import_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.import_invoices import import_invoices
from fsm_portal.flows.importing.import_table import import_table
from fsm_portal.flows.importing.layout import ChosenColumns, TableLayout
from fsm_portal.flows.importing.mapping import (
    Columns,
    Dates,
    Kinds,
    Lines,
    Mapping,
    Money,
    Statuses,
)
from fsm_portal.flows.importing.mapping import Customers as CustomerRules
from fsm_portal.flows.importing.report import Progress
from fsm_portal.flows.importing.uploads import content_of, is_running, run_of

_run = table_of(ImportRun)
_EVERY = 0.3
_MOST_REFUSED_BYTES = 20_000_000


def begin_import(who: Identity, run_id: object) -> bool:
    """Take the run in hand; False where it is not theirs, or somebody has it in hand already."""
    if not who.may(May.IMPORT):
        return False
    with unit_of_work() as session:
        run = run_of(session, who.company_id, run_id, locked=True)
        if run is None or is_running(run) or _is_over(run):
            return False
        run.state, run.done, run.total, run.beat_at = "running", 0, 0, now()
        run.report, run.refused = "{}", None
        session.add(run)
    return True


def _is_over(run: ImportRun) -> bool:
    """Whether it came to its end: one that broke off may be begun again."""
    return run.state == "done" and not json.loads(run.report).get("problem")


def run_import(
    who: Identity, run_id: str, ring: Callable[[frozenset[str]], None]
) -> frozenset[str]:
    """Import a run that was begun; ``ring`` is called as it goes. Returns the topics to ring."""
    its_topics = frozenset({import_topic(who.company_id, run_id)})
    topics = its_topics | {company_topic(who.company_id)}
    with reading() as session:
        run = run_of(session, who.company_id, run_id)
        company = session.get_one(Company, who.company_id)
    assert run is not None  # begin_import has found it
    last = time.monotonic()

    def progress(step: Progress) -> None:
        nonlocal last
        if time.monotonic() - last < _EVERY:
            return
        last = time.monotonic()
        _keep(who, run_id, done=step.done, total=step.total, beat_at=now())
        # How far it is concerns its own page; what landed the others are told once, at the end.
        ring(its_topics)

    with tempfile.TemporaryDirectory() as folder:
        file, refused = Path(folder) / "import.csv", Path(folder) / "refused.csv"
        try:
            with (
                reading() as session,
                content_of(session, run) as source,
                file.open("wb") as target,
            ):
                shutil.copyfileobj(source, target)
            report = _import(company, run, file, refused, progress)
        except CannotImport as error:
            report = {"problem": str(error)}
        except Exception:
            # Whatever it was, nobody is to wait for it for ever; the log has the rest.
            problem = "The import broke off. What landed stands; press Import again for the rest."
            _keep(who, run_id, state="done", report=json.dumps({"problem": problem}))
            ring(topics)
            raise
        left = refused.read_bytes() if refused.exists() and report.get("refused") else b""
    kept = gzip.compress(left) if 0 < len(left) < _MOST_REFUSED_BYTES else None
    words = f"{run.kind} from {run.file_name}: {report.get('words') or report.get('problem')}"
    with unit_of_work() as session:
        _change(session, who, run_id, state="done", report=json.dumps(report), refused=kept)
        write_down(session, who, Deed.IMPORTED, about="import", about_id=run_id, words=words)
    return topics


def _import(
    company: Company,
    run: ImportRun,
    file: Path,
    refused: Path,
    progress: Callable[[Progress], None],
) -> dict[str, Any]:
    if run.kind == ImportKind.INVOICES:
        mapping = mapping_of(company, run)
        report = import_invoices(file, company.id, mapping, refused_path=refused, progress=progress)
        money = f"{to_decimal(report.invoiced, report.currency):,} {report.currency}"
        landed = [f"{_count(report.invoices, 'invoice')} of {money}"]
        if report.customers:
            landed.append(_count(report.customers, "new customer"))
        if report.credit_notes:
            landed.append(_count(report.credit_notes, "credit note"))
        return _told(landed, report.documents_present, report)
    table = import_table(
        file,
        company.id,
        "customers" if run.kind == ImportKind.CUSTOMERS else "jobs",
        layout_of(company, run),
        refused_path=refused,
        progress=progress,
    )
    return _told([_count(table.landed, run.kind.removesuffix("s"))], table.present, table)


def _told(landed: list[str], present: int, report: Any) -> dict[str, Any]:
    words = f"{', '.join(landed)} landed; {present:,} were there already"
    words += f"; {_count(report.lines_refused, 'line')} refused"
    return {
        "landed": landed,
        "present": present,
        "refused": report.lines_refused,
        "reasons": [[str(reason), count] for reason, count in report.refused.most_common()],
        "problem": report.stopped,
        "words": words,
    }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _keep(who: Identity, run_id: str, **changes: Any) -> None:
    with unit_of_work() as session:
        _change(session, who, run_id, **changes)


def _change(session: Session, who: Identity, run_id: str, **changes: Any) -> None:
    """Without a look at the row, which holds the whole file."""
    this = (_run.c.company_id == who.company_id, _run.c.id == run_id)
    session.connection().execute(update(_run).where(*this).values(**changes))


def layout_of(company: Company, run: ImportRun) -> TableLayout:
    """How a file of customers or jobs is to be read."""
    settings = json.loads(run.settings)
    return TableLayout(
        name=run.file_name,
        columns=ChosenColumns(settings["columns"]),
        encoding=settings["encoding"],
        delimiter=settings["delimiter"],
        dates=settings["dates"],
        time_zone=company.time_zone,
    )


def mapping_of(company: Company, run: ImportRun) -> Mapping:
    """How a file of invoices is to be read: a mapping as the command line takes it from a file."""
    settings = json.loads(run.settings)
    chosen = {name: header for name, header in settings["columns"].items() if header}
    needed = ("number", "customer", "date", "unit_price")
    missing = [name.replace("_", " ") for name in needed if name not in chosen]
    if missing:
        raise CannotImport(f"Choose the column for: {', '.join(missing)}.")
    return Mapping(
        name=run.file_name,
        encoding=settings["encoding"],
        delimiter=settings["delimiter"],
        columns=Columns(**chosen),
        lines=Lines(description="As invoiced before"),
        kinds=Kinds(invoice=r"|invoice"),
        statuses=Statuses(open=r"|open|unpaid|overdue|past[ _]due|sent|due|partially[ _]paid"),
        dates=Dates(format=settings["dates"], time_zone=company.time_zone),
        money=Money(
            currency=company.currency, tax_rate=settings.get("tax_rate", ""), thousands=","
        ),
        customers=CustomerRules(name="{reference}"),
    )
