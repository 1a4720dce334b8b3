"""``bin/portal staff``: who works at a company, for whoever runs the installation."""

from typing import Annotated

import typer

from fsm_portal import live
from fsm_portal.commands.one_line import fail, needs_database
from fsm_portal.domain.role import Role
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.access.offer_portal import NoSuchCompany
from fsm_portal.flows.team import by_operator as flow
from fsm_portal.flows.team.invite_member import NewMember
from fsm_portal.flows.team.rules import CannotChangeTeam

app = typer.Typer(
    help="Who works at a company: `add` somebody, `list` them, give a `role`, `deactivate`.",
    no_args_is_help=True,
    callback=needs_database,
)

Slug = Annotated[str, typer.Argument(help="The company.")]
Email = Annotated[str, typer.Argument(help="Their address.")]


@app.command()
def add(
    slug: Slug,
    email: Email,
    name: Annotated[str, typer.Option(prompt=True, help="As colleagues know them.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.OFFICE,
) -> None:
    """Add somebody to a company's team and mail them the invitation.

    Whoever gets no mail signs in with `bin/portal link EMAIL`.
    """
    try:
        member, topics = flow.add_member(slug, NewMember(name, email, role.value))
    except (NoSuchCompany, CannotChangeTeam) as error:
        fail(str(error))
    live.ring(topics)
    typer.echo(f"{member.name} is invited as {member.role.value}: a letter to {member.email}")


@app.command("list")
def list_staff(slug: Slug) -> None:
    """Everybody on a company's team, and who was."""
    try:
        members = flow.team_of(slug)
    except NoSuchCompany as error:
        fail(str(error))
    for member in members:
        typer.echo(
            f"{member.name:<28} {member.email:<36} {member.role.value:<12}{_standing(member)}"
        )


@app.command()
def role(
    slug: Slug, email: Email, name: Annotated[Role, typer.Argument(help="What they may do.")]
) -> None:
    """Give somebody another role. An owner always remains."""
    try:
        member, topics = flow.give_role(slug, email, name.value)
    except (NoSuchCompany, CannotChangeTeam) as error:
        fail(str(error))
    live.ring(topics)
    typer.echo(f"{member.name} is {member.role.value} now")


@app.command()
def deactivate(slug: Slug, email: Email) -> None:
    """End somebody's access at once; what they did stays beside their name.

    Without FSM_REDIS_URL pages that they have open go blank at their next event, or within five
    minutes.
    """
    try:
        member, topics = flow.deactivate(slug, email)
    except (NoSuchCompany, CannotChangeTeam) as error:
        fail(str(error))
    live.ring(topics)
    typer.echo(f"{member.name} is signed out everywhere")


def _standing(member: Staff) -> str:
    if member.deactivated_at is not None:
        return "deactivated"
    return "invited" if member.is_awaited else ""
