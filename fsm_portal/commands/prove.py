"""``bin/portal prove``: the books prove themselves, or the row that breaks them is named."""

from typing import Annotated

import typer

from fsm_portal.commands.one_line import fail, in_one_line, needs_database

# As many rows of an invariant as are read; the exit status counts all.
SHOWN = 50


def prove(
    company: Annotated[str | None, typer.Option(help="Slug; without it, all companies.")] = None,
) -> None:
    """Look for anything that breaks the invariants A to K. Reads only, at any time.

    Exit status 0: all of them hold. 1: something breaks them, and it is listed.
    """
    needs_database()
    from fsm_portal.flows.companies.open_company import all_companies
    from fsm_portal.flows.proving import prove as look

    slugs = {each.slug: each.id for each in all_companies()}
    if company is not None and company not in slugs:
        fail(f"There is no company {company}. There are: {', '.join(sorted(slugs)) or 'none yet'}.")
    report = look(slugs[company] if company is not None else None)
    for each in report.proved:
        verdict = f"{len(each.breaches):,} breaches" if each.breaches else "holds"
        typer.echo(f"{each.invariant}  {verdict:<12} {each.checked:>9,} checked  {each.title}")
        for breach in each.breaches[:SHOWN]:
            typer.echo(f"     {breach.rule}: {in_one_line(breach.row)}")
        if len(each.breaches) > SHOWN:
            typer.echo(f"     … and {len(each.breaches) - SHOWN:,} more")
    if not report.holds:
        fail("The books do not prove.")
    typer.echo("The books prove.")
