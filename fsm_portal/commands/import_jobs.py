"""``bin/portal import jobs``: a file with one job a line."""

from pathlib import Path
from typing import Annotated

import typer

from fsm_portal.commands.import_lines import Columns, DryRun, Refused, Slug, import_lines


def import_jobs(
    file: Annotated[Path, typer.Argument(help="CSV with one job a line, plain or gzipped.")],
    company: Slug,
    column: Columns = None,
    dates: Annotated[
        str, typer.Option(help="How days are written, as %d.%m.%Y; by default it is seen.")
    ] = "",
    refused: Refused = Path("refused.csv"),
    dry_run: DryRun = False,
) -> None:
    """Import jobs from a file. Their customers have to be there: import these first.

    Columns are known by their headers. A job of the same customer, title and moment is there
    already and is left as it is: the same file can be imported again. Ctrl-C stops after the batch
    in hand. docs/import.md has the fields and reasons.
    """
    import_lines("jobs", file, company, column or [], refused, dry_run, dates)
