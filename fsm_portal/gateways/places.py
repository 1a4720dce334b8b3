"""Where somebody probably is, and what goes with it: guesses, for a form to begin with."""

from babel.core import get_global

from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways.countries import country_codes
from fsm_portal.gateways.locales import OFFERED

_NOWHERE = "US"
# Of countries with several zones, the one that most people live in.
_MOST_LIVE_IN = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kiev",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}


def country_of(accept_language: str) -> str:
    """The country of the first language of a browser's header, as ISO 3166: ``en-GB`` is GB, ``de``
    is DE. The United States where it says nothing."""
    for part in accept_language[:200].split(","):
        tags = part.partition(";")[0].strip().replace("_", "-").split("-")
        if not tags[0].isalpha() or not tags[0].isascii():
            continue
        for tag in tags[1:]:
            if tag.upper() in country_codes():
                return tag.upper()
        likely = str(get_global("likely_subtags").get(tags[0].lower(), "")).rpartition("_")[2]
        if likely in country_codes():
            return likely
    return _NOWHERE


def currency_of(country: str) -> str:
    """What is paid with in a country today, as ISO 4217."""
    known = get_global("territory_currencies").get(country, [])
    now = [code for code, _, until, tender in known if until is None and tender]
    return next((code for code in now if code in EXPONENTS), "USD")


def time_zone_of(country: str) -> str:
    """The zone that most of a country lives in, or one of its own."""
    zones = get_global("territory_zones").get(country, [])
    return _MOST_LIVE_IN.get(country) or next(iter(zones), "UTC")


def locale_of(country: str, accept_language: str) -> str:
    """How money and days are written there: in the browser's own language where it is offered."""
    language = accept_language[:2].lower()
    there = [locale for locale in OFFERED if locale.endswith(f"_{country}")]
    own = [locale for locale in there if locale.startswith(f"{language}_")]
    english = "en_US" if country in ("US", "PR") else "en_GB"
    return next(iter(own or there), english)
