"""``bin/portal company logo`` and ``company brand``: what customers see of a company."""

from pathlib import Path
from typing import Annotated

import typer

from fsm_portal.commands.one_line import fail
from fsm_portal.flows.companies import brand_company as flow
from fsm_portal.gateways.logo import MOST_BYTES, LogoRefused

# The letters of a text are at most four bytes each; whoever names a film is told so at once.
_MOST_TEXT = 20_000


def logo(
    slug: Annotated[str, typer.Argument(help="The company.")],
    file: Annotated[Path | None, typer.Argument(help="A PNG or JPEG picture.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Show its initials again.")] = False,
) -> None:
    """Show a company's logo on its customers' pages, papers and mails.

    Wide logos and square ones are both fine; a transparent ground is best. Pages that are open
    show it when they are loaded again.
    """
    if remove == (file is not None):
        fail("Give a picture, or --remove.", 2)
    try:
        if file is None:
            told = "The logo is gone." if flow.remove_logo(slug) else "There was no logo."
        else:
            drawn = flow.set_logo(slug, _bytes(file, MOST_BYTES))
            told = f"The logo is set, {drawn.width} × {drawn.height} pixels."
    except (flow.CannotBrand, LogoRefused) as error:
        fail(str(error))
    typer.echo(told)


def brand(
    slug: Annotated[str, typer.Argument(help="The company.")],
    name: Annotated[str | None, typer.Option(help="As it stands on pages and invoices.")] = None,
    color: Annotated[str | None, typer.Option(help="Such as #0f766e.")] = None,
    email: Annotated[str | None, typer.Option(help="Where customers write to.")] = None,
    phone: Annotated[str | None, typer.Option(help="Where customers call.")] = None,
    address: Annotated[
        str | None, typer.Option(help="Lines are separated by \\n.", show_default=False)
    ] = None,
    terms_file: Annotated[
        Path | None, typer.Option(help="A text with the company's terms, 2,000 letters at most.")
    ] = None,
) -> None:
    """Change a company's name, colour, contact or terms; what is not given stays.

    An empty text ("") takes away the phone number, the address or the terms. Any colour will do:
    pages and papers shade it where it could not be read.
    """
    changes = flow.Brand(
        name=name,
        color=color,
        email=email,
        phone=phone,
        address=address.replace("\\n", "\n") if address is not None else None,
        terms=_text(terms_file) if terms_file is not None else None,
    )
    if changes == flow.Brand():
        fail("Nothing to change. `company brand --help` shows what there is.", 2)
    try:
        company = flow.change_brand(slug, changes)
    except flow.CannotBrand as error:
        fail(str(error))
    typer.echo(f"{company.name} is changed.")


def _text(file: Path) -> str:
    try:
        return _bytes(file, _MOST_TEXT).decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(f"{file} is not a text in UTF-8.")


def _bytes(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as opened:
            found = opened.read(most + 1)
    except OSError as error:
        fail(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.")
    if len(found) > most:
        fail(f"{file} is too large; {most:,} bytes at most.")
    return found
