"""Who a document is for, as far as the file knows them."""

import re
from dataclasses import dataclass

from fsm_portal.flows.importing import values
from fsm_portal.flows.importing.lines import Header
from fsm_portal.flows.importing.mapping import Mapping
from fsm_portal.flows.importing.refusal import Reason

WALK_IN = "walk-in"
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")
_CODE = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True)
class Buyer:
    """A customer; ``reference`` is the file's own id, by which a second import knows them."""

    reference: str
    name: str
    email: str | None
    country: str
    locale: str


class BuyerReader:
    """Reads the customer from the first line of a document."""

    def __init__(self, mapping: Mapping, header: Header) -> None:
        self._rules = mapping.customers
        self._countries = mapping.countries
        self._at = header.at
        # Names of countries that the mapping does not know, for the report; a few suffice.
        self.unknown_countries: set[str] = set()

    def read(self, fields: list[str]) -> Buyer:
        """Raises Refused."""
        at, rules = self._at, self._rules
        reference = fields[at["customer"]].strip()
        if not reference:
            return Buyer(WALK_IN, "Walk-in customer", None, "", "")
        if rules.whole_numbers and (number := _WHOLE_NUMBER.fullmatch(reference)):
            reference = number[1]
        reference = values.short(reference, 64, Reason.CUSTOMER, "customer's id")
        name = fields[at["customer_name"]].strip() if "customer_name" in at else ""
        name = name or rules.name.replace("{reference}", reference)
        country = self._country(fields[at["country"]].strip()) if "country" in at else ""
        return Buyer(
            reference,
            values.short(name, 200, Reason.CUSTOMER, "customer's name"),
            values.email(fields[at["email"]]) if "email" in at else None,
            country,
            rules.locales.get(country, ""),
        )

    def _country(self, name: str) -> str:
        if name in self._countries:
            return self._countries[name]
        if _CODE.fullmatch(name):
            return name
        if name and len(self.unknown_countries) < 20:
            self.unknown_countries.add(name)
        return ""
