"""``bin/portal company``: the companies of this installation."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from fsm_portal import live
from fsm_portal.commands.one_line import fail, in_one_line, needs_database, needs_stripe
from fsm_portal.domain.company import Company, Plan
from fsm_portal.flows.access import offer_portal
from fsm_portal.flows.access.access_link import access_url
from fsm_portal.flows.companies import open_company as flow
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable

app = typer.Typer(
    help="Companies: `add` one with its owner, `connect` it to Stripe, `list` them, `show` one, "
    "open or close its customer `portal`, put it on a `plan`.",
    no_args_is_help=True,
    callback=needs_database,
)


@app.command()
def add(
    slug: Annotated[str, typer.Argument(help="Short name for addresses, such as bright-heating.")],
    name: Annotated[str, typer.Option(prompt=True, help="As it stands on invoices.")],
    owner_name: Annotated[str, typer.Option(prompt=True)],
    owner_email: Annotated[str, typer.Option(prompt=True)],
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "USD",
    country: Annotated[str, typer.Option(help="ISO 3166, two letters.")] = "US",
    time_zone: Annotated[str, typer.Option(help="IANA name.")] = "America/New_York",
    locale: Annotated[str, typer.Option(help="How money and dates are written.")] = "en_US",
) -> None:
    """Add a company and its owner, who then signs in with `bin/portal link EMAIL`."""
    try:
        company = flow.open_company(
            slug=slug,
            name=name,
            owner_name=owner_name,
            owner_email=owner_email,
            currency=currency,
            country=country,
            time_zone=time_zone,
            locale=locale,
        )
    except flow.CannotOpen as error:
        fail(str(error))
    typer.echo(f"{company.name} is ready. Next: bin/portal company connect {slug} acct_…")


@app.command()
def connect(
    slug: Annotated[str, typer.Argument(help="The company.")],
    account: Annotated[str, typer.Argument(help="acct_…, or `platform` without Connect.")],
) -> None:
    """Have a company paid on a Stripe account that is connected to your platform."""
    if account != "platform":
        needs_stripe()
    try:
        state = flow.connect_account(slug, account)
    except flow.CannotOpen as error:
        fail(str(error))
    except (StripeRefused, StripeUnavailable) as error:
        fail(f"Stripe could not be asked about {account}: {in_one_line(error)}")
    charges = "may charge" if state.charges_enabled else "may not charge yet"
    payouts = "are paid out" if state.payouts_enabled else "are not paid out yet"
    typer.echo(f"Connected: the account {charges}, and payments {payouts}.")


@app.command("list")
def list_companies() -> None:
    """All companies, with the Stripe account each is paid on."""
    for company in flow.all_companies():
        account = company.stripe_account_id or "not connected"
        typer.echo(f"{company.slug:<28} {company.name:<32} {company.currency}  {account}")


@app.command()
def show(slug: Annotated[str, typer.Argument(help="The company.")]) -> None:
    """One company: its plan, its customer portal, and the access link for all its customers."""
    try:
        company = offer_portal.find_company(slug)
    except offer_portal.NoSuchCompany as error:
        fail(str(error))
    typer.echo(f"{company.name}, {company.email}{f', {company.phone}' if company.phone else ''}")
    typer.echo(f"Plan:        {company.plan.value}")
    typer.echo(f"Portal:      {_portal(company)}")
    typer.echo(f"Access link: {access_url(company.slug)}")
    typer.echo(f"Stripe:      {company.stripe_account_id or 'not connected'}")


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


@app.command()
def portal(
    slug: Annotated[str, typer.Argument(help="The company.")],
    state: Annotated[Switch, typer.Argument(help="Whether its customers have a portal.")],
) -> None:
    """Switch a company's customer portal on or off.

    Where it is off, customers see a page that says whom to ask. Pages that are open change at their
    next event, or within five minutes; with FSM_REDIS_URL at once.
    """
    _change(lambda: offer_portal.switch_portal(slug, state is Switch.ON))


@app.command()
def plan(
    slug: Annotated[str, typer.Argument(help="The company.")],
    name: Annotated[Plan, typer.Argument(help="The customer portal is part of pro and up.")],
) -> None:
    """Put a company on a plan."""
    _change(lambda: offer_portal.put_on_plan(slug, name))


def _change(change: Callable[[], tuple[Company, frozenset[str]]]) -> None:
    try:
        company, topics = change()
    except offer_portal.NoSuchCompany as error:
        fail(str(error))
    live.ring(topics)
    typer.echo(f"{company.name}: plan {company.plan.value}, customer portal {_portal(company)}.")


def _portal(company: Company) -> str:
    if company.offers_portal:
        return "open"
    return "off" if not company.portal_enabled else "closed, not part of the plan"
