"""The few pages that are plain HTML: signing in and out, and when that does not work.

No script, no framework: they work in any browser, at once, under a policy that allows inline
styles and the product's own font. Values are plain text; the templates escape them. Every page
returns the whole document and says of itself that it is not to be indexed or named as referrer
(the address of a link's page holds its token).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol, Self

from jinja2 import Environment, PackageLoader, StrictUndefined

from fsm_portal.gateways.colour import Palette, palette
from fsm_portal.gateways.letter_page import initials


class _Frame(Protocol):
    """What other rooms know of a company."""

    @property
    def name(self) -> str: ...
    @property
    def color(self) -> str: ...
    @property
    def logo(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Company:
    """Whose page it is. ``colour`` is ``#rrggbb``, ``logo`` the address of a picture; all but the
    name may be empty."""

    name: str
    colour: str = ""
    logo: str = ""
    email: str = ""
    phone: str = ""

    @classmethod
    def of(cls, frame: _Frame) -> Self:
        return cls(frame.name, frame.color, frame.logo, frame.email, frame.phone)


@dataclass(frozen=True, slots=True)
class Choice:
    """One account to choose; ``key`` comes back with the form."""

    key: str
    company: Company
    person_name: str
    is_staff: bool = False

    @property
    def palette(self) -> Palette:
        """Its company's colours."""
        return palette(self.company.colour)


def confirm_sign_in(
    *,
    company: Company,
    person_name: str,
    masked_email: str,
    action_url: str,
    instead_of: str | None = None,
) -> str:
    """Who is being signed in where, and one button that does it (POST to ``action_url``).

    ``instead_of`` names the person who is signed in now and will not be any more.
    """
    return _page(
        "confirm_sign_in",
        company,
        person_name=person_name,
        masked_email=masked_email,
        action_url=action_url,
        instead_of=instead_of,
    )


def choose_account(
    choices: Sequence[Choice],
    *,
    action_url: str,
    code: str = "",
    company: Company | None = None,
    masked_email: str = "",
) -> str:
    """Which of several accounts to sign in to: a button for each (POST to ``action_url``).

    ``code`` is what was typed to come here, and goes along.
    """
    return _page(
        "choose_account",
        company,
        choices=choices,
        action_url=action_url,
        code=code,
        masked_email=masked_email,
    )


def ask_for_link(
    company: Company | None = None,
    message: str = "",
    email: str = "",
    *,
    action_url: str = "/sign-in",
    sign_up_url: str = "",
) -> str:
    """A form that asks for an email address. ``message`` says what was wrong with ``email``;
    ``sign_up_url`` is where a new company begins, empty where none may."""
    return _page(
        "ask_for_link",
        company,
        message=message,
        email=email,
        action_url=action_url,
        sign_up_url=sign_up_url,
    )


def sign_up(
    typed: Mapping[str, str],
    countries: Sequence[tuple[str, str]],
    *,
    problems: Mapping[str, str] | None = None,
) -> str:
    """A form for a new company: name, email, company and country, filled in with ``typed``.

    ``problems`` are sentences by field. ``countries`` are (code, name) pairs.
    """
    return _page("sign_up", typed=typed, countries=countries, problems=problems or {})


def sign_up_sent(email: str) -> str:
    """Look into your mail, or type its code: the same for every address."""
    return _page("sign_up_sent", asked_at="/sign-in", email=email)


def link_expired(
    *,
    reason: str,
    action_url: str,
    masked_email: str,
    company: Company | None = None,
    signed_in: str | None = None,
    signed_in_url: str = "/",
) -> str:
    """Why a link does not work, and a fresh one in one click (POST to ``action_url``).

    ``signed_in`` names somebody else who is signed in now, and stays so; ``signed_in_url`` is
    where they go on.
    """
    return _page(
        "link_expired",
        company,
        reason=reason,
        action_url=action_url,
        masked_email=masked_email,
        signed_in=signed_in,
        signed_in_url=signed_in_url,
    )


def other_browser(*, action_url: str, masked_email: str, company: Company | None = None) -> str:
    """The link was asked for in another browser: what to do there, or a fresh one for this browser
    in one click (POST to ``action_url``)."""
    return _page("other_browser", company, action_url=action_url, masked_email=masked_email)


def link_sent(
    company: Company | None = None,
    *,
    asked_at: str = "/sign-in",
    problem: str = "",
    masked_email: str = "",
) -> str:
    """Look into your mail, or type its code (POST to ``asked_at``/code). The same for known and
    unknown addresses, but for a link that has said to whom it was sent: ``masked_email``.
    ``problem`` says what is the matter with a code that was typed."""
    return _page(
        "link_sent", company, asked_at=asked_at, problem=problem, masked_email=masked_email
    )


def no_portal(company: Company) -> str:
    """The company offers its customers no portal: whom to ask instead."""
    return _page("no_portal", company)


def reminders(company: Company, *, paused: bool, action_url: str) -> str:
    """Whether a customer is reminded of what is due, and a button for the other (POST to
    ``action_url``)."""
    return _page("reminders", company, paused=paused, action_url=action_url)


def signed_out(company: Company | None = None, *, everywhere: bool = False) -> str:
    """The session has ended, at ``company``; all of that customer's have."""
    return _page("signed_out", company, everywhere=everywhere)


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


def _page(template: str, company: Company | None = None, **values: object) -> str:
    colours = palette(company.colour if company else "")
    return (
        _templates()
        .get_template(f"{template}.html")
        .render(company=company, palette=colours, **values)
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
