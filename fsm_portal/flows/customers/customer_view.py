"""Who a customer is, as the staff's pages show it and their form takes it."""

from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.access.invite_customer import PortalLetter, portal_letter
from fsm_portal.gateways import formats
from fsm_portal.gateways.locales import OFFERED, locale_name


@dataclass(frozen=True)
class CustomerView:
    """Everything but the id and the name may be empty.

    ``portal`` is what staff may mail them: an invitation, or a link once they have been in.

    ``address`` is as it is read, with the country where that is another than the company's;
    ``address_text`` and ``country``, two letters, are as the form takes them.

    ``locale`` is how they read money and days, empty where that is as the company does;
    ``locale_name`` is said of one that is not among those offered.
    """

    id: str = ""
    name: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: tuple[str, ...] = ()
    address_text: str = ""
    country: str = ""
    locale: str = ""
    locale_name: str = ""
    portal: PortalLetter = ""


NO_CUSTOMER = CustomerView()


def customer_view(session: Session, company: Company, customer: Customer) -> CustomerView:
    """The customer as the office's pages show them; their country where it is not the company's."""
    country = ""
    if customer.country and customer.country != company.country:
        country = formats.country_name(customer.country, company.locale)
    return CustomerView(
        id=customer.id,
        name=customer.name,
        contact=customer.contact,
        email=customer.email or "",
        phone=customer.phone,
        address=tuple(line for line in (*customer.address.splitlines(), country) if line),
        address_text=customer.address,
        country=customer.country,
        locale=customer.locale,
        locale_name="" if customer.locale in ("", *OFFERED) else locale_name(customer.locale),
        portal=portal_letter(session, company, customer),
    )
