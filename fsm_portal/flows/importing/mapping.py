"""A named mapping: which column of a file of invoice lines is what, and what to do about the rest.

The product's own mappings are the TOML files in flows/import_mappings; docs/import.md explains
every setting for whoever writes one for another system.
"""

import codecs
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from fsm_portal.domain.money import exponent
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.gateways.formats import known_locale

FOLDER = Path(__file__).parent.parent / "import_mappings"


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as problem:
        raise ValueError(f"{text!r} is not a pattern: {problem}") from None
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{text!r} is not an IANA time zone such as Europe/London") from None
    return text


def _locale(text: str) -> str:
    known_locale(text)
    return text


def _currency(text: str) -> str:
    exponent(text)
    return text


def _encoding(text: str) -> str:
    try:
        return codecs.lookup(text).name
    except LookupError:
        raise ValueError(f"{text!r} is not an encoding such as utf-8 or cp1252") from None


Pattern = Annotated[str, AfterValidator(_pattern)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Currency = Annotated[str, AfterValidator(_currency)]
Encoding = Annotated[str, AfterValidator(_encoding)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Names = str | tuple[str, ...]
Optional = Literal[
    "due_date", "description", "quantity", "kind", "item", "country", "customer_name", "email"
]


class Columns(_Part):
    """Header of the column for each thing we read, or a list of those that it goes by; the
    optional ones may stay empty. ``may_be_missing`` names fields that not every file has."""

    number: Names
    customer: Names
    date: Names
    unit_price: Names
    due_date: Names = ""
    description: Names = ""
    quantity: Names = ""
    kind: Names = ""
    status: Names = ""
    currency: Names = ""
    item: Names = ""
    country: Names = ""
    customer_name: Names = ""
    email: Names = ""
    may_be_missing: tuple[Optional, ...] = ()

    def used(self) -> dict[str, tuple[str, ...]]:
        """Field to the headers that it may go by."""
        chosen = {field: getattr(self, field) for field in type(self).model_fields}
        del chosen["may_be_missing"]
        return {
            field: (names,) if isinstance(names, str) else names
            for field, names in chosen.items()
            if names
        }

    def may_lack(self, field: str) -> bool:
        """Whether a file without that column is a file all the same."""
        return field in self.may_be_missing


class Numbers(_Part):
    """Patterns that a whole document number matches; anything else is refused."""

    invoice: Pattern = r".+"
    credit_note: Pattern = r"(?!)"


class Lines(_Part):
    """``description`` is used where the file has none; without a quantity each line is one."""

    description: str = ""


class Kinds(_Part):
    """A pattern that the kind of a transaction matches which is an invoice; the rest is refused."""

    invoice: Pattern = r".*"


class Statuses(_Part):
    """A pattern that the status of what is still to be paid matches; the rest is refused."""

    open: Pattern = r".*"


class Dates(_Part):
    """``format`` is strptime's; times are local times of ``time_zone``."""

    format: str
    time_zone: TimeZone


class Money(_Part):
    """``tax_rate`` is the name of one of the company's rates, or its id where several have that
    name; empty: no tax. Prices are before tax.

    ``thousands`` is the sign that the file puts between thousands, if it does.
    """

    currency: Currency
    tax_rate: str = ""
    thousands: str = Field(default="", max_length=1)


class Customers(_Part):
    """What is known of customers. ``name`` is used where the file has none."""

    whole_numbers: bool = False
    name: str = "Customer {reference}"
    without: Literal["refuse", "walk-in"] = "refuse"
    locales: dict[str, Annotated[str, AfterValidator(_locale)]] = Field(default_factory=dict)


class Mapping(_Part):
    """Everything the import is told about one kind of file."""

    name: str
    encoding: Encoding = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    columns: Columns
    numbers: Numbers = Numbers()
    lines: Lines = Lines()
    kinds: Kinds = Kinds()
    statuses: Statuses = Statuses()
    dates: Dates
    money: Money
    customers: Customers = Customers()
    countries: dict[str, str] = Field(default_factory=dict)

    def taking_walk_ins(self) -> "Mapping":
        """This mapping, but lines without a customer land on the customer "Walk-in customer"."""
        customers = self.customers.model_copy(update={"without": "walk-in"})
        return self.model_copy(update={"customers": customers})


def mapping_names() -> list[str]:
    """The mappings that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_mapping(name: str) -> Mapping:
    """The mapping of that name, or from the TOML file at that path (``something.toml``).

    Raises CannotImport.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not name.endswith(".toml") and name not in mapping_names():
        known = ", ".join(mapping_names())
        raise CannotImport(
            f"There is no mapping {name!r}. There is: {known}; or give the path of a .toml file "
            "of your own (docs/import.md)."
        )
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        return Mapping(**{"name": path.stem, **settings})
    except OSError as problem:
        raise CannotImport(f"The mapping {name} cannot be read: {problem.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CannotImport(f"The mapping {name} is not TOML: {problem}.") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise CannotImport(f"The mapping {name} is wrong at {where}: {message}.") from None
