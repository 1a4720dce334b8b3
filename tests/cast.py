"""The named cast: the people and companies that the tests, the demo and the pictures tell about.

Each function builds a row with what the story needs; ``**changes`` overrides single fields.
"""

from typing import Any, TypeVar

from sqlmodel import SQLModel

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.staff import Role, Staff

BRIGHT_HEATING_ACCOUNT = "acct_brightheating"
CLEARWATER_ACCOUNT = "acct_clearwater"

Row = TypeVar("Row", bound=SQLModel)


def save(row: Row) -> Row:
    """Commit one row to the test's database and hand it back."""
    with unit_of_work() as session:
        session.add(row)
    return row


def bright_heating(**changes: Any) -> Company:
    """The company that most stories are about: US dollars, New York."""
    return Company(
        **{
            "slug": "bright-heating",
            "name": "Bright Heating Co.",
            "email": "office@brightheating.example",
            "phone": "+1 212 555 0142",
            "address": "48 Mercer Street\nNew York, NY 10013",
            "country": "US",
            "tax_id": "13-5550142",
            "currency": "USD",
            "time_zone": "America/New_York",
            "locale": "en_US",
            "stripe_account_id": BRIGHT_HEATING_ACCOUNT,
            "stripe_charges_enabled": True,
            "stripe_payouts_enabled": True,
            **changes,
        }
    )


def clearwater_plumbing(**changes: Any) -> Company:
    """The other company, which must never see anything of the first: pounds, London."""
    return Company(
        **{
            "slug": "clearwater-plumbing",
            "name": "Clearwater Plumbing",
            "email": "office@clearwater.example",
            "phone": "+44 20 5550 0170",
            "address": "7 Canal Wharf\nLondon N1 9RT",
            "country": "GB",
            "currency": "GBP",
            "time_zone": "Europe/London",
            "locale": "en_GB",
            "stripe_account_id": CLEARWATER_ACCOUNT,
            "stripe_charges_enabled": True,
            "stripe_payouts_enabled": True,
            **changes,
        }
    )


def _member(company: Company, fields: dict[str, Any], changes: dict[str, Any]) -> Staff:
    return Staff(company_id=company.id, **{**fields, **changes})


def maya(company: Company, **changes: Any) -> Staff:
    """Maya Ortiz, the owner of Bright Heating."""
    fields = {"name": "Maya Ortiz", "email": "maya@brightheating.example", "role": Role.OWNER}
    return _member(company, fields, changes)


def tom(company: Company, **changes: Any) -> Staff:
    """Tom Becker, technician: reads about money, never moves it."""
    fields = {"name": "Tom Becker", "email": "tom@brightheating.example", "role": Role.TECHNICIAN}
    return _member(company, fields, changes)


def priya(company: Company, **changes: Any) -> Staff:
    """Priya Nair, the owner of Clearwater Plumbing."""
    fields = {"name": "Priya Nair", "email": "priya@clearwater.example", "role": Role.OWNER}
    return _member(company, fields, changes)


def _customer(company: Company, fields: dict[str, Any], changes: dict[str, Any]) -> Customer:
    return Customer(company_id=company.id, **{**fields, **changes})


def harbor_view(company: Company, **changes: Any) -> Customer:
    """Harbor View Apartments; Dana Reyes opens the mail and pays."""
    fields = {
        "name": "Harbor View Apartments",
        "contact": "Dana Reyes",
        "email": "dana@harborview.example",
        "address": "200 Harbor Drive\nJersey City, NJ 07302",
        "country": "US",
        "locale": "en_US",
    }
    return _customer(company, fields, changes)


def northwind_dental(company: Company, **changes: Any) -> Customer:
    fields = {
        "name": "Northwind Dental Group",
        "contact": "Dr. Samuel Okafor",
        "email": "accounts@northwinddental.example",
        "country": "US",
        "locale": "en_US",
    }
    return _customer(company, fields, changes)


def cedar_and_pine(company: Company, **changes: Any) -> Customer:
    fields = {
        "name": "Cedar & Pine Café",
        "contact": "Inès Laurent",
        "email": "ines@cedarandpine.example",
        "country": "US",
        "locale": "en_US",
    }
    return _customer(company, fields, changes)


def larkspur_elementary(company: Company, **changes: Any) -> Customer:
    fields = {
        "name": "Larkspur Elementary",
        "contact": "Ruth Adeyemi",
        "email": "office@larkspur.example",
        "country": "US",
        "locale": "en_US",
    }
    return _customer(company, fields, changes)
