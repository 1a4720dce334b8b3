"""``bin/portal import invoices``: the import with a progress bar, and its report as a table."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fsm_portal.commands.import_screen import bars, company_called, end, interruptible
from fsm_portal.commands.one_line import fail
from fsm_portal.domain.money import to_decimal
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.import_invoices import import_invoices as run
from fsm_portal.flows.importing.mapping import load_mapping, mapping_names
from fsm_portal.flows.importing.report import ImportReport


def import_invoices(
    file: Annotated[Path, typer.Argument(help="CSV of invoice lines, plain or gzipped.")],
    company: Annotated[str, typer.Option(help="Slug of the company they belong to.")],
    mapping: Annotated[
        str,
        typer.Option(help=f"{', '.join(mapping_names())}, or the path of a .toml of your own."),
    ],
    refused: Annotated[
        Path, typer.Option(help="Where the lines go that did not land, each with its reason.")
    ] = Path("refused.csv"),
    walk_in: Annotated[
        bool, typer.Option("--walk-in", help="Lines without a customer go to a walk-in customer.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would land and write refused.csv only.")
    ] = False,
) -> None:
    """Import invoices and credit notes from a file.

    A document lands whole or not at all. The same file can be imported again: what is there
    already is left alone. Ctrl-C stops after the batch in hand; run it again for the rest.
    docs/import.md explains mappings and reasons.
    """
    try:
        rules = load_mapping(mapping)
        if walk_in:
            rules = rules.taking_walk_ins()
        into = company_called(company)
        with interruptible() as stop, bars() as show:
            report = run(
                file,
                into.id,
                rules,
                refused_path=refused,
                progress=show,
                should_stop=stop.is_set,
                dry_run=dry_run,
            )
    except CannotImport as problem:
        fail(f"{problem} Nothing has been imported.")
    Console().print(_table(report, into.name, refused))
    if report.stopped:
        end(report.stopped, report.lines_left, interrupted=stop.is_set())


def _table(report: ImportReport, company: str, refused: Path) -> Table:
    verb = "Would land" if report.dry_run else "Landed"
    table = Table(title=f"{verb} in {company}", title_justify="left", min_width=64)
    table.add_column("")
    table.add_column("Documents", justify="right")
    table.add_column("Lines", justify="right")
    table.add_column(report.currency, justify="right")

    def add(name: str, documents: int | None, lines: int | None, amount: int | None = None) -> None:
        money = "" if amount is None else f"{to_decimal(amount, report.currency):,}"
        table.add_row(name, *("" if n is None else f"{n:,}" for n in (documents, lines)), money)

    add("Invoices", report.invoices, report.invoice_lines, report.invoiced)
    add("Credit notes", report.credit_notes, report.credit_note_lines, report.credited)
    add("New customers", report.customers, None)
    add("Already there", report.documents_present, report.lines_present)
    table.add_section()
    for reason, lines in report.refused.most_common():
        add(f"Refused: {reason}", None, lines)
    if report.lines_left:
        add("Not reached", None, report.lines_left)
    table.add_section()
    add("Lines read", None, report.lines_read)
    notes = [f"Refused lines, each with its reason: {refused}"] if report.refused else []
    if report.unknown_countries:
        notes.append(f"Countries left empty: {', '.join(report.unknown_countries)}")
    table.caption = "\n".join(notes) or None
    table.caption_justify = "left"
    return table
