"""What a new company is told to be, checked as a whole: every mistake is named at once."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from zoneinfo import available_timezones

from fsm_portal.domain.email import is_mailbox
from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways.countries import country_codes
from fsm_portal.gateways.formats import known_locale

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_NAME = 200
# In the zone database, and no place: the machine's own, and the stand-ins for "not set".
_NO_ZONES = {"localtime", "Factory", "posixrules"}


class WrongDetails(ValueError):
    """One line for each detail that is wrong, with what to give instead."""


@dataclass(frozen=True)
class CompanyDetails:
    """As they were typed; ``checked`` makes of them what is written down."""

    slug: str
    name: str
    owner_name: str
    owner_email: str
    currency: str
    country: str
    time_zone: str
    locale: str

    def checked(self) -> "CompanyDetails":
        """The same, trimmed and in their usual spelling. Raises WrongDetails."""
        clean: dict[str, str] = {}
        wrong: list[str] = []
        for field in fields(self):
            try:
                clean[field.name] = _CHECKS[field.name](getattr(self, field.name).strip())
            except ValueError as error:
                wrong.append(str(error))
        if wrong:
            raise WrongDetails("\n".join(wrong))
        return CompanyDetails(**clean)


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError(
            f"{text!r} is no slug: small letters, digits and dashes, such as bright-heating."
        )
    return text


def _name_of(whose: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not text:
            raise ValueError(f"{whose} name is empty: it stands on invoices and in mails.")
        if len(text) > _LONGEST_NAME or not text.isprintable():
            raise ValueError(f"{whose} name has to be one line of at most {_LONGEST_NAME} letters.")
        return text

    return check


def _email(text: str) -> str:
    if not is_mailbox(text):
        raise ValueError(f"{text!r} is not an email address, such as maya@example.com.")
    return text


def currency(text: str) -> str:
    if text.upper() not in EXPONENTS:
        raise ValueError(f"{text!r} is not an ISO 4217 currency code, such as USD.")
    return text.upper()


def country(text: str) -> str:
    if text.upper() not in country_codes():
        raise ValueError(f"{text!r} is not an ISO 3166 country code, such as US or GB.")
    return text.upper()


def time_zone(text: str) -> str:
    # Looked up by name: a folder of the zone database, or a path, would raise something else.
    if text not in available_timezones() - _NO_ZONES:
        raise ValueError(f"{text!r} is not an IANA time zone, such as America/New_York.")
    return text


def locale(text: str) -> str:
    try:
        return str(known_locale(text))
    except ValueError:
        raise ValueError(f"{text!r} is not a known locale, such as en_US.") from None


_CHECKS: dict[str, Callable[[str], str]] = {
    "slug": _slug,
    "name": _name_of("The company's"),
    "owner_name": _name_of("The owner's"),
    "owner_email": _email,
    "currency": currency,
    "country": country,
    "time_zone": time_zone,
    "locale": locale,
}
