"""Where to look once a demo runs: for people on the terminal, for programs in ``demo.json``."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

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
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    staff, customer = places["staff"], places["customer"]
    table.add_row("Sign in as staff", staff["login_url"])
    table.add_row("", f"[dim]{staff['email']}: the dashboard, live[/]")
    table.add_row("Sign in as a customer", customer["login_url"])
    table.add_row("", f"[dim]{customer['email']}, in another window: sees and pays invoices[/]")
    table.add_row("")
    table.add_row("Mail", f"{places['mail_url']}/")
    table.add_row("Stripe sandbox", f"{places['stripe_url']}/")
    table.add_row("", "[dim]pay with 4242 4242 4242 4242; 4000 0000 0000 0002 is declined[/]")
    table.add_row("")
    where = os.path.relpath(data)
    table.add_row("Logs and data", f"{where}/logs, {where}/demo.json")
    console = Console(highlight=False, soft_wrap=True)
    if console.is_terminal:
        console.print(Panel(table, title=f"Ready after {seconds:.1f} s", expand=False))
        console.print(
            "  Each link signs in once; a new start prints new ones. Ctrl-C stops all of it."
        )
        return
    console.print(f"\nReady after {seconds:.1f} s. Ctrl-C stops all of it.")
    console.print(f"  staff:    {staff['email']}  {staff['login_url']}")
    console.print(f"  customer: {customer['email']}  {customer['login_url']}")
    console.print(f"  mail:     {places['mail_url']}/")
    console.print(f"  stripe:   {places['stripe_url']}/")
    console.print(f"  as data:  {where}/demo.json")
