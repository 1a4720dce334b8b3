"""How money and days are written for a customer: in their own locale where one is known, else in
the company's. The one place that decides it, for pages, letters and documents alike."""

from sqlalchemy import func

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of

# For statements that read a customer together with their company.
READER_LOCALE = func.coalesce(
    func.nullif(table_of(Customer).c.locale, ""), table_of(Company).c.locale
).label("locale")


def reader_locale(company: Company, customer: Customer) -> str:
    """The locale in which ``customer`` reads what ``company`` writes."""
    return customer.locale or company.locale
