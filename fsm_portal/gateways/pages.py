"""The few pages that are plain HTML: signing in and out, and when that does not work.

No script, no framework: they work in any browser, at once, under a policy that allows inline
styles and the product's own font. Values are plain text; the templates escape them. Every page
returns the whole document and says of itself that it is not to be indexed or named as referrer
(the address of a link's page holds its token).
"""

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from fsm_portal.gateways.colour import palette
from fsm_portal.gateways.letters import initials


def confirm_sign_in(
    *,
    company_name: str,
    person_name: str,
    masked_email: str,
    action_url: str,
    instead_of: str | None = None,
    colour: str = "",
) -> str:
    """Who is being signed in where, and one button that does it (POST to ``action_url``).

    ``instead_of`` names the person who is signed in now and will not be any more.
    """
    return _page(
        "confirm_sign_in",
        company_name=company_name,
        colour=colour,
        person_name=person_name,
        masked_email=masked_email,
        action_url=action_url,
        instead_of=instead_of,
    )


def ask_for_link(
    company_name: str | None = None,
    message: str = "",
    email: str = "",
    *,
    action_url: str = "/sign-in",
    colour: str = "",
) -> str:
    """A form that asks for an email address. ``message`` says what was wrong with ``email``."""
    return _page(
        "ask_for_link",
        company_name=company_name,
        colour=colour,
        message=message,
        email=email,
        action_url=action_url,
    )


def link_expired(
    *,
    reason: str,
    action_url: str,
    masked_email: str,
    signed_in: str | None = None,
    signed_in_url: str = "/",
) -> str:
    """Why a link does not work, and a fresh one in one click (POST to ``action_url``).

    ``signed_in`` names somebody else who is signed in now, and stays so; ``signed_in_url`` is
    where they go on.
    """
    return _page(
        "link_expired",
        reason=reason,
        action_url=action_url,
        masked_email=masked_email,
        signed_in=signed_in,
        signed_in_url=signed_in_url,
    )


def link_sent() -> str:
    """Look into your mail. The same for known and unknown addresses."""
    return _page("link_sent")


def signed_out() -> str:
    """The session has ended."""
    return _page("signed_out")


def not_found() -> str:
    """There is nothing here: the same for what is missing and for what is somebody else's."""
    return _page("not_found")


def error(message: str) -> str:
    """Something did not work; ``message`` is fit for anybody to read."""
    return _page("error", message=message)


def records_away(*, action_url: str, fields: Mapping[str, str] | None = None) -> str:
    """Our records cannot be reached; the same once more by one press.

    ``fields`` are those of a form that was posted to ``action_url``; None for a page that was only
    opened.
    """
    return _page("records_away", action_url=action_url, fields=fields)


def _page(
    template: str, company_name: str | None = None, colour: str = "", **values: object
) -> str:
    return (
        _templates()
        .get_template(f"{template}.html")
        .render(company_name=company_name, palette=palette(colour), **values)
    )


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("fsm_portal.gateways", "page_templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["initials"] = initials
    return templates
