"""``bin/portal``: the command line for whoever runs an installation."""

import signal
import threading
from datetime import timedelta
from functools import cache
from typing import Annotated

import typer

from fsm_portal.commands.one_line import (
    fail,
    in_one_line,
    needs_database,
    needs_stripe,
    run,
    set_up,
)

app = typer.Typer(
    help="""Run an FSM Portal installation.

    A first installation goes: `migrate`, `company add`, `company connect`, then `serve`.
    Settings come from FSM_... variables, or from the file `.env` in the project's folder;
    docs/running.md has them in one table.
    """,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
import_app = typer.Typer(
    help="Import customers, jobs and invoices from files.", no_args_is_help=True
)
app.add_typer(import_app, name="import")


@app.callback()
def _prepare() -> None:
    set_up()


@import_app.callback()
def _prepare_import() -> None:
    needs_database()


@app.command()
def migrate() -> None:
    """Bring the database to this version. Safe to run again, and before every start."""
    from fsm_portal.migrations import migrate as bring_up_to_date

    bring_up_to_date()
    typer.echo("The database is up to date.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; more than one needs FSM_REDIS_URL.")
    ] = 1,
) -> None:
    """Build the front end if it changed, then serve pages, websocket and webhooks.

    Refuses to start on a database that `migrate` has not brought to this version.
    """
    needs_database()
    from fsm_portal.front_end import BuildFailed
    from fsm_portal.serve import CannotServe
    from fsm_portal.serve import serve as start

    try:
        start(host, port, workers)
    except (CannotServe, BuildFailed) as error:
        fail(str(error))


@app.command()
def build() -> None:
    """Build the front end only, as `serve` does when it changed."""
    from fsm_portal.front_end import BuildFailed, ensure_built

    try:
        ensure_built()
    except BuildFailed as error:
        fail(str(error))
    typer.echo("The front end is built.")


@app.command()
def link(
    email: Annotated[str, typer.Argument(help="Address of a staff member or customer.")],
    company: Annotated[str | None, typer.Option(help="Slug, where there are several.")] = None,
    hours: Annotated[int, typer.Option(min=1, max=72, help="How long it is valid.")] = 1,
) -> None:
    """Print a sign-in link for EMAIL: single use, to be opened in any browser.

    For the first sign-in of an owner, and for whoever cannot receive mail. Anyone who has the
    link can sign in as that person: hand it over as you would a password.
    """
    needs_database()
    from fsm_portal.flows.login_links import operator_links

    found = operator_links(email, company, timedelta(hours=hours))
    if not found:
        fail(f"Nobody has the address {email}. Check the spelling, or the --company given.")
    for where, address in found:
        typer.echo(f"{where}: {address}" if len(found) > 1 else address)


@app.command()
def invite(
    email: Annotated[str, typer.Argument(help="Address of a customer.")],
    company: Annotated[str, typer.Option(help="Slug, where there are several.")] = "",
) -> None:
    """Invite the customer with the address EMAIL to their portal, by mail."""
    needs_database()
    from fsm_portal.flows.access.invite_customer import CannotInvite, invite_by_address

    try:
        companies = invite_by_address(email, company)
    except CannotInvite as error:
        fail(str(error))
    typer.echo(f"On its way to {email}: the invitation of {' and '.join(companies)}")


@app.command()
def sweep(
    days: Annotated[
        int, typer.Option(min=0, max=30, help="Ask this far back, even where that was read before.")
    ] = 0,
) -> None:
    """Ask Stripe what happened, record whatever a webhook missed, compare Stripe's books with ours.

    Goes back to the last time that all was read. Safe to run at any time. Without FSM_REDIS_URL
    the portal does not hear of it: pages that are open show it within five minutes, or when they
    are loaded again.
    """
    needs_database()
    needs_stripe()
    from fsm_portal import live
    from fsm_portal.flows.sweeping import Swept
    from fsm_portal.flows.sweeping import sweep as ask_stripe
    from fsm_portal.gateways.stripe_client import StripeUnavailable

    def tell(swept: Swept) -> None:
        live.ring(swept.topics)
        typer.echo(f"{swept.company_name}: {swept}")

    try:
        missed = ask_stripe(timedelta(days=days), tell)
    except StripeUnavailable as error:
        fail(f"Stripe could not be asked: {in_one_line(error)}")
    typer.echo(f"Done: {missed} missed events recorded.")


@app.command()
def prune() -> None:
    """Remove what is older than FSM_KEEP_..._DAYS, as the worker does once a day."""
    needs_database()
    from fsm_portal.flows.prune import prune as remove

    typer.echo(f"{remove()}.")


@app.command()
def worker() -> None:
    """Drain the outbox and run the schedule, as a process of its own. Stops at Ctrl-C.

    Use it with FSM_WORKER_IN_APP=false; any number of them may run, and one of all processes
    keeps the schedule. Without FSM_REDIS_URL the portal does not hear of what it does: pages that
    are open show it within five minutes, or when they are loaded again.
    """
    needs_database()
    from fsm_portal.worker import work

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    typer.echo("Working. Ctrl-C stops after the work in hand.")
    work(stop)


@cache
def _with_every_command() -> typer.Typer:
    """The commands of this file and those of the room beside it, put together once."""
    from fsm_portal.commands import brand, company, papers, staff
    from fsm_portal.commands.import_customers import import_customers
    from fsm_portal.commands.import_invoices import import_invoices
    from fsm_portal.commands.import_jobs import import_jobs
    from fsm_portal.commands.prove import prove

    company.app.command()(brand.logo)
    company.app.command()(brand.brand)
    app.add_typer(company.app, name="company")
    app.add_typer(staff.app, name="staff")
    app.add_typer(papers.app, name="papers")
    import_app.command("customers")(import_customers)
    import_app.command("jobs")(import_jobs)
    import_app.command("invoices")(import_invoices)
    app.command()(prove)
    return app


def main() -> int:
    return run(lambda: _with_every_command()(prog_name="bin/portal", standalone_mode=False))


if __name__ == "__main__":
    raise SystemExit(main())
