"""Import a file of invoice lines: check its form, land it batch by batch, say what was refused.

Nothing lands before the whole file was read once, so a file that is no sound CSV changes nothing.
Then each batch is one unit of work: after a crash, what landed is whole, and a second run finds it
there and goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from fsm_portal.db import reading, refresh_statistics, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.company_scope import across_companies
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.documents import Document, DocumentReader
from fsm_portal.flows.importing.landing import Landed, land, plan
from fsm_portal.flows.importing.lines import Header, open_bytes, read_lines
from fsm_portal.flows.importing.mapping import Mapping
from fsm_portal.flows.importing.refusal import Refusal
from fsm_portal.flows.importing.refused_file import RefusedFile, refused_file
from fsm_portal.flows.importing.report import ImportReport, Progress
from fsm_portal.flows.importing.rows import Target
from fsm_portal.flows.importing.spool import Spool
from fsm_portal.flows.importing.tax import live_rates, rate_called

# Small enough that other writers (a payment's webhook) do not wait long for their turn.
BATCH_DOCUMENTS = 250
BATCH_LINES = 5_000


def import_invoices(
    file: Path,
    company_id: str,
    mapping: Mapping,
    *,
    refused_path: Path,
    progress: Callable[[Progress], None] = lambda progress: None,
    should_stop: Callable[[], bool] = lambda: False,
    dry_run: bool = False,
) -> ImportReport:
    """Import ``file`` (CSV or CSV.gz) into a company; a document lands whole or not at all.

    ``should_stop`` is asked between batches. A database that fails half-way ends the import; the
    report then says so in ``stopped``. Raises CannotImport before anything landed.
    """
    if refused_path.resolve() == file.resolve():
        raise CannotImport(f"{refused_path} would be written over: give --refused another name.")
    target = _target(company_id, mapping)
    header, spool = _check(file, mapping, progress, should_stop)
    report = ImportReport(mapping.money.currency, dry_run, lines_read=spool.lines)
    reader = DocumentReader(mapping, header, target.tax)
    try:
        with closing(spool), refused_file(refused_path, header.names) as refused:
            run = _Run(target, report, refused, dry_run)
            for documents, refusals in _batches(spool, reader):
                if should_stop():
                    report.stopped = "Stopped before the end."
                    break
                run.take(documents, refusals)
                progress(Progress("importing", report.lines_done, report.lines_read))
    except OSError as problem:
        report.stopped = f"{problem.filename or refused_path}: {problem.strerror}."
    except SQLAlchemyError as problem:
        report.stopped = f"The database failed: {str(problem).splitlines()[0]}"
    report.unknown_countries = tuple(sorted(reader.buyers.unknown_countries))
    return report


def _target(company_id: str, mapping: Mapping) -> Target:
    with reading() as session:
        company = table_of(Company).c
        terms = (
            session.connection()
            .execute(select(company.payment_terms_days).where(company.id == company_id))
            .scalar_one()
        )
        tax = rate_called(live_rates(session, company_id), mapping.money.tax_rate)
    return Target(company_id, terms, mapping.money.currency, tax)


def _check(
    file: Path,
    mapping: Mapping,
    progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> tuple[Header, Spool]:
    source, position = open_bytes(file)
    size = file.stat().st_size
    with source:
        csv_file = read_lines(source, mapping)
        spool = Spool(csv_file.header)
        try:
            for line, fields in csv_file.lines:
                spool.add(line, fields)
                if spool.lines % 2_000 == 0:
                    if should_stop():
                        raise CannotImport("Stopped while the file was checked.")
                    progress(Progress("checking", min(position(), size), size))
        except BaseException:
            spool.close()
            raise
    progress(Progress("checking", size, size))
    return csv_file.header, spool


def _batches(
    spool: Spool, reader: DocumentReader
) -> Iterator[tuple[list[Document], list[Refusal]]]:
    documents: list[Document] = []
    refusals: list[Refusal] = []
    lines = 0
    for group in spool.groups():
        result = reader.read(group)
        if isinstance(result, Document):
            documents.append(result)
        else:
            refusals += result
        lines += len(group.records)
        if len(documents) >= BATCH_DOCUMENTS or lines >= BATCH_LINES:
            yield documents, refusals
            documents, refusals, lines = [], [], 0
    yield documents, refusals


class _Run:
    """Takes batches: lands what can land, then counts it and writes down what was refused."""

    def __init__(
        self, target: Target, report: ImportReport, refused: RefusedFile, dry_run: bool
    ) -> None:
        self._target = target
        self._report = report
        self._refused = refused
        self._dry_run = dry_run
        # A dry run creates nobody, so it has to remember whom it would have created.
        self._customers: set[str] = set()
        self._batches = 0
        self._refresh_at = 1

    def take(self, documents: list[Document], refusals: list[Refusal]) -> None:
        landed = self._land(documents)
        self._report.count_landed(landed)
        self._report.count_refused(refusals)
        both = [*refusals, *landed.refused]
        self._refused.write(sorted(both, key=lambda refusal: refusal.record.line))

    def _land(self, documents: list[Document]) -> Landed:
        if not self._dry_run:
            with unit_of_work() as session:
                landed = land(session, self._target, documents)
            self._refresh_statistics()
            return landed
        with reading() as session:
            landed, _ = plan(session, self._target, documents)
        landed.customers = [new for new in landed.customers if new not in self._customers]
        self._customers.update(landed.customers)
        return landed

    def _refresh_statistics(self) -> None:
        # After batches 1, 8, 64, ...: how large the tables are matters by orders of magnitude.
        self._batches += 1
        if self._batches == self._refresh_at:
            self._refresh_at *= 8
            # Of all companies' rows, and nobody within one may have them counted.
            with across_companies(), unit_of_work() as session:
                refresh_statistics(session)
