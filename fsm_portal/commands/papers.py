"""``bin/portal papers``: the documents that were issued and are kept."""

import typer

from fsm_portal.commands.one_line import fail, needs_database

# As many mismatches as are read; the exit status counts all.
SHOWN = 50

app = typer.Typer(
    help="The documents that were issued and are kept, such as `papers verify`.",
    no_args_is_help=True,
)


@app.callback()
def _prepare() -> None:
    needs_database()


@app.command()
def verify() -> None:
    """Hash every kept document anew and hold it against what it was issued with. Reads only.

    Exit status 0: all are as they were. 1: one is not, and it is listed.
    """
    from fsm_portal.flows.papers.verify import verify_papers

    found = verify_papers()
    for line in found.mismatches[:SHOWN]:
        typer.echo(line)
    if len(found.mismatches) > SHOWN:
        typer.echo(f"… and {len(found.mismatches) - SHOWN:,} more")
    megabytes = found.size / 1_000_000
    typer.echo(f"{found.versions:,} versions in {found.files:,} files, {megabytes:,.1f} MB.")
    if found.mismatches:
        fail("Not everything is as it was issued: restore what is listed from a backup.")
    typer.echo("Everything is as it was issued.")
