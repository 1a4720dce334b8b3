"""What there is to choose from: (value, words) pairs, in the order of the words."""

from functools import cache
from zoneinfo import available_timezones

from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways.countries import offered_countries
from fsm_portal.gateways.formats import currency_name
from fsm_portal.gateways.locales import offered_locales

Choices = list[tuple[str, str]]
_CONTINENTS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def countries() -> Choices:
    """ISO 3166-1, by their English names."""
    return offered_countries()


@cache
def currencies() -> Choices:
    """ISO 4217, by their codes: ``EUR · Euro``."""
    return [(code, f"{code} · {currency_name(code, 'en')}") for code in sorted(EXPONENTS)]


@cache
def time_zones() -> Choices:
    """The zones that are named after a place."""
    zones = sorted(zone for zone in available_timezones() if zone.startswith(_CONTINENTS))
    return [(zone, zone.replace("_", " ").replace("/", " / ")) for zone in [*zones, "UTC"]]


@cache
def formats() -> Choices:
    """The ways to write money and days."""
    return offered_locales()
