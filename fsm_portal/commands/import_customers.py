"""``bin/portal import customers``: a file with one customer a line."""

from pathlib import Path
from typing import Annotated

import typer

from fsm_portal.commands.import_lines import Columns, DryRun, Refused, Slug, import_lines


def import_customers(
    file: Annotated[Path, typer.Argument(help="CSV with one customer a line, plain or gzipped.")],
    company: Slug,
    column: Columns = None,
    refused: Refused = Path("refused.csv"),
    dry_run: DryRun = False,
) -> None:
    """Import customers from a file, such as Stripe or QuickBooks export.

    Columns are known by their headers. A customer is found again by their id in the file, else by
    their address, else by their name, and is left as they are: the same file can be imported
    again. Ctrl-C stops after the batch in hand. docs/import.md has the fields and reasons.
    """
    import_lines("customers", file, company, column or [], refused, dry_run)
