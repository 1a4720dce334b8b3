"""Where to look once a demo runs: for people on the terminal, for programs in ``demo.json``."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from rich.console import Console

if TYPE_CHECKING:
    # At run time this would read half of the portal before its processes have been started.
    from fsm_portal.demo.links import CustomerLinks, StaffLinks


class Places(TypedDict):
    """The content of ``DIR/demo.json``. Each login_url signs in once, anew at every start."""

    base_url: str
    stripe_url: str
    mail_url: str
    staff: "StaffLinks"
    customer: "CustomerLinks"


def write(data: Path, places: Places) -> None:
    """In one step, so that a program that waits for the file never reads half of it."""
    unfinished = data / "demo.json.unfinished"
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(places, indent=2) + "\n")
    unfinished.replace(data / "demo.json")


def show(data: Path, places: Places, seconds: float) -> None:
    """Links stand alone on their lines and are never broken, so that they can be clicked."""
    console = Console(highlight=False, soft_wrap=True)
    staff, customer = places["staff"], places["customer"]
    where = os.path.relpath(data)
    console.print(f"\n  [bold green]Ready[/] after {seconds:.1f} s\n")
    for title, about, address in (
        ("Staff", f"{staff['email']}: the live dashboard", staff["login_url"]),
        ("Customer", f"{customer['email']}, in another window", customer["login_url"]),
        ("Mail", "everything that was sent, with its PDFs", f"{places['mail_url']}/"),
        ("Stripe sandbox", "4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined", ""),
        ("On disk", f"{where}/demo.json holds the same, {where}/logs what went on", ""),
    ):
        console.print(f"  [bold]{title:<15}[/][dim]{about}[/]")
        if address:
            console.print(f"    [cyan]{address}[/]")
    console.print("\n  A link signs in once; a new start makes new ones. Ctrl-C stops all of it.")
