"""The page of imports: a file's columns and what they mean, its first rows as they would be, how
far it is, and what came of it."""

import json
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.import_run import ImportKind, ImportRun
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.documents import Document, DocumentReader
from fsm_portal.flows.importing.guess import FIELDS
from fsm_portal.flows.importing.import_table import lander, read_all
from fsm_portal.flows.importing.lines import read_lines
from fsm_portal.flows.importing.refusal import Record, Refusal
from fsm_portal.flows.importing.run_import import layout_of, mapping_of
from fsm_portal.flows.importing.spool import Group
from fsm_portal.flows.importing.tax import Tax, live_rates, rate_called
from fsm_portal.flows.importing.uploads import content_of, has_refused, is_running, run_of
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways import formats

_SHOWN = 8
# Lines of one invoice need not stand together, but in the first rows of a file they do.
_LOOKED_AT = 40


@dataclass(frozen=True)
class ColumnView:
    """One of our fields and the header that it is read from, empty for none."""

    name: str
    label: str
    header: str
    needed: bool


@dataclass(frozen=True)
class TaxChoice:
    """A rate that may come on top: ``Sales tax 8.25%``, for two may have one name."""

    id: str
    label: str


@dataclass(frozen=True)
class PreviewRow:
    """A row as it would be, or why it would not."""

    line: str
    title: str
    text: str
    problem: str


@dataclass(frozen=True)
class RunView:
    """``state`` is "new", "running" or "done". ``problem`` is about the whole file."""

    id: str = ""
    kind: str = ""
    file_name: str = ""
    source: str = ""
    state: str = ""
    headers: tuple[str, ...] = ()
    columns: tuple[ColumnView, ...] = ()
    has_dates: bool = False
    dates: str = ""
    tax_rates: tuple[TaxChoice, ...] = ()
    tax_rate: str = ""
    currency: str = ""
    preview: tuple[PreviewRow, ...] = ()
    problem: str = ""
    percent: int = 0
    progress: str = ""
    landed: tuple[str, ...] = ()
    present: str = ""
    refused: str = ""
    reasons: tuple[str, ...] = ()
    refused_address: str = ""
    broken: str = ""


NO_RUN = RunView()


@dataclass(frozen=True)
class ImportView:
    """``unknown``: the address names a file that is not there any more."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    unknown: bool = False
    run: RunView = NO_RUN


def show_import(scope: Scope, run_id: str) -> ImportView:
    """The page as it is now. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.IMPORT):
            return ImportView(desk, loaded=True)
        run = run_of(session, scope.company_id, run_id)
        if run is None:
            return ImportView(desk, loaded=True, allowed=True, unknown=bool(run_id))
        view = _run_view(session, company, run)
    return ImportView(desk, loaded=True, allowed=True, run=view)


def _run_view(session: Session, company: Company, run: ImportRun) -> RunView:
    rates = live_rates(session, company.id) if run.kind == ImportKind.INVOICES else ()
    settings: dict[str, Any] = json.loads(run.settings)
    report: dict[str, Any] = json.loads(run.report)
    fields = FIELDS[ImportKind(run.kind)]
    state = "running" if is_running(run) else "done" if run.state == "done" else "new"
    preview: tuple[PreviewRow, ...] = ()
    problem = ""
    if state == "new":
        try:
            preview = _preview(session, company, run, rates)
        except CannotImport as error:
            problem = str(error)
    missing = [one.label for one in fields if one.needed and not settings["columns"].get(one.name)]
    if missing:
        problem = f"Choose the column for: {', '.join(missing)}."
    refused = report.get("refused", 0)
    present = report.get("present", 0)
    return RunView(
        id=run.id,
        kind=run.kind,
        file_name=run.file_name,
        source=settings.get("source", ""),
        state=state,
        headers=tuple(settings["headers"]),
        columns=tuple(
            ColumnView(one.name, one.label, settings["columns"].get(one.name, ""), one.needed)
            for one in fields
        ),
        has_dates=any(one.name == "date" for one in fields),
        dates=settings["dates"],
        tax_rates=tuple(
            TaxChoice(rate.id, f"{rate.name} {formats.percent(rate.ppm, company.locale)}")
            for rate in rates
        ),
        tax_rate=settings.get("tax_rate", ""),
        currency=company.currency if run.kind == ImportKind.INVOICES else "",
        preview=preview,
        problem=problem,
        percent=min(100, 100 * run.done // run.total) if run.total else 0,
        progress=f"{run.done:,} of {run.total:,}" if run.total else "",
        landed=tuple(report.get("landed", ())),
        present=f"{present:,} were there already and were left as they are" if present else "",
        refused=f"{refused:,} line{'' if refused == 1 else 's'} refused" if refused else "",
        reasons=tuple(f"{words}: {count:,}" for words, count in report.get("reasons", ())),
        refused_address=f"/dashboard/import/{run.id}/refused.csv"
        if state == "done" and has_refused(session, run)
        else "",
        broken=report.get("problem", ""),
    )


def _preview(
    session: Session, company: Company, run: ImportRun, rates: tuple[Tax, ...]
) -> tuple[PreviewRow, ...]:
    """Only its first lines are unpacked: every payment of the company has the page read anew."""
    source = content_of(session, run)
    if run.kind == ImportKind.INVOICES:
        return _invoices(company, run, rates, source)
    layout = layout_of(company, run)
    lines = read_lines(source, layout)
    to = lander(
        "customers" if run.kind == ImportKind.CUSTOMERS else "jobs",
        company.id,
        lines.header.at,
        layout,
    )
    first = list(islice(lines.lines, _SHOWN))
    found, faults = read_all(to, first, len(lines.header.names))
    _, _, later = to.land(session, found, True)
    refused = {fault.record.line: fault for fault in (*faults, *later)}
    rows = [
        (each.record.line, PreviewRow(f"{each.record.line}", *to.preview(each), ""))
        for each in found
        if each.record.line not in refused
    ]
    rows += [(line, _refusal(fault)) for line, fault in refused.items()]
    return tuple(row for _, row in sorted(rows, key=lambda one: one[0]))


def _invoices(
    company: Company,
    run: ImportRun,
    rates: tuple[Tax, ...],
    source: IO[bytes],
) -> tuple[PreviewRow, ...]:
    mapping = mapping_of(company, run)
    lines = read_lines(source, mapping)
    tax = rate_called(rates, mapping.money.tax_rate)
    reader = DocumentReader(mapping, lines.header, tax)
    groups: dict[str, list[Record]] = {}
    at = lines.header.at["number"]
    for line, fields in islice(lines.lines, _LOOKED_AT):
        number = fields[at].strip() if len(fields) > at else ""
        groups.setdefault(number, []).append(Record(line, fields))
    rows = []
    for number, records in list(groups.items())[:_SHOWN]:
        result = reader.read(Group(number, records))
        if isinstance(result, Document):
            money = formats.money(result.figures.total, mapping.money.currency, company.locale)
            count = len(result.lines)
            text = (
                f"{result.buyer.name} · {formats.day(result.issue_date, company.locale)} · {money}"
                f" · {count} line{'' if count == 1 else 's'}"
            )
            rows.append(PreviewRow(f"{records[0].line}", number, text, ""))
        else:
            rows.append(_refusal(result[0]))
    return tuple(rows)


def _refusal(fault: Refusal) -> PreviewRow:
    shown = ", ".join(cell for cell in fault.record.fields if cell)[:80]
    return PreviewRow(f"{fault.record.line}", shown, "", fault.text)
