"""The section Company: who writes the invoices, where, and in which money."""

from fsm_portal.flows.companies.company_details import country, currency, locale, time_zone
from fsm_portal.flows.settings import checks
from fsm_portal.flows.settings.section import Section, Setting

COMPANY = Section(
    "Company",
    "company",
    {
        "name": Setting("Name", checks.line("The company's name", 200, empty=False), "name"),
        "mail": Setting("Email", checks.email, "email"),
        "phone": Setting("Phone", checks.phone, "phone"),
        "address": Setting("Address", checks.lines("The address", 500), "address"),
        "country": Setting("Country", country, "country"),
        "tax_id": Setting("Tax ID", checks.line("The tax ID", 40, empty=True), "tax_id"),
        "currency": Setting("Currency", currency, "currency"),
        "time_zone": Setting("Time zone", time_zone, "time_zone"),
        "locale": Setting("Numbers and dates", locale, "locale"),
    },
)
