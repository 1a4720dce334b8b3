"""``bin/portal import customers`` and ``jobs``: one a line, columns found by their headers."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fsm_portal.commands.import_screen import bars, company_called, end, interruptible
from fsm_portal.commands.one_line import fail
from fsm_portal.domain.company import Company
from fsm_portal.domain.import_run import ImportKind
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.guess import FIELDS, MONTH_FIRST, guess
from fsm_portal.flows.importing.import_table import TableKind, TableReport, import_table
from fsm_portal.flows.importing.layout import ChosenColumns, TableLayout
from fsm_portal.flows.importing.lines import open_bytes

# The options that every such command has.
Slug = Annotated[str, typer.Option(help="Slug of the company they belong to.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(help="FIELD=HEADER where the header does not tell; FIELD= for none."),
]
Refused = Annotated[
    Path, typer.Option(help="Where the lines go that did not land, each with its reason.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would land and write refused.csv only.")
]

# What is looked at to tell what the columns are.
_BEGINNING = 1_000_000


def import_lines(
    kind: TableKind,
    file: Path,
    slug: str,
    columns: list[str],
    refused: Path,
    dry_run: bool,
    dates: str = "",
) -> None:
    """Import ``file`` and say what came of it. ``columns`` are as given: ``field=header``."""
    try:
        into = company_called(slug)
        layout = _layout(file, ImportKind(kind), into, columns, dates)
        with interruptible() as stop, bars() as show:
            report = import_table(
                file,
                into.id,
                kind,
                layout,
                refused_path=refused,
                progress=show,
                should_stop=stop.is_set,
                dry_run=dry_run,
            )
    except CannotImport as problem:
        fail(f"{problem} Nothing has been imported.")
    Console().print(_table(report, kind, into.name, refused, dry_run))
    if report.stopped:
        end(report.stopped, report.lines_left, interrupted=stop.is_set())


def _layout(
    file: Path, kind: ImportKind, company: Company, columns: list[str], dates: str
) -> TableLayout:
    source, _ = open_bytes(file)
    with source:
        beginning = source.read(_BEGINNING)
    if len(beginning) == _BEGINNING:
        beginning = beginning[: beginning.rfind(b"\n") + 1]
    if not beginning.strip():
        raise CannotImport("The file is empty.")
    found = guess(beginning, kind, company.country in MONTH_FIRST)
    chosen = found.columns | _chosen(kind, columns)
    missing = [field for field in FIELDS[kind] if field.needed and not chosen.get(field.name)]
    if missing:
        first = missing[0]
        raise CannotImport(
            f"No column is known for: {', '.join(field.label for field in missing)}. "
            f"Say which it is: --column {first.name}=HEADER. "
            f"The file has: {', '.join(found.headers)[:300]}."
        )
    read = ", ".join(f"{name} from {header}" for name, header in chosen.items() if header)
    whose = f"{found.source} export" if found.source else "The file"
    typer.echo(f"{whose} is read so: {read}.", err=True)
    return TableLayout(
        name=file.name,
        columns=ChosenColumns(chosen),
        encoding=found.encoding,
        delimiter=found.delimiter,
        dates=dates or found.dates,
        time_zone=company.time_zone,
    )


def _chosen(kind: ImportKind, columns: list[str]) -> dict[str, str]:
    names = {field.name for field in FIELDS[kind]}
    chosen = {}
    for each in columns:
        name, equals, header = each.partition("=")
        if name not in names or not equals:
            known = ", ".join(field.name for field in FIELDS[kind])
            raise CannotImport(f"--column {each} is not FIELD=HEADER with one of: {known}.")
        chosen[name] = header.strip()
    return chosen


def _table(
    report: TableReport, kind: TableKind, company: str, refused: Path, dry_run: bool
) -> Table:
    verb = "Would land" if dry_run else "Landed"
    table = Table(title=f"{verb} in {company}", title_justify="left", min_width=64)
    table.add_column("")
    table.add_column("Lines", justify="right")
    table.add_row(f"New {kind}", f"{report.landed:,}")
    table.add_row("Already there", f"{report.present:,}")
    table.add_section()
    for reason, lines in report.refused.most_common():
        table.add_row(f"Refused: {reason}", f"{lines:,}")
    if report.lines_left:
        table.add_row("Not reached", f"{report.lines_left:,}")
    table.add_section()
    table.add_row("Lines read", f"{report.lines_read:,}")
    if report.refused:
        table.caption = f"Refused lines, each with its reason: {refused}"
        table.caption_justify = "left"
    return table
