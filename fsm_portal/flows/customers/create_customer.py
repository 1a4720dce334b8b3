"""New customer: the office writes down whom it works for."""

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.customers.edit_customer import (
    CannotEdit,
    CustomerWords,
    checked,
    refuse_shared,
)
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.locales import OFFERED


def create_customer(
    who: Identity, typed: CustomerWords, press_id: str = ""
) -> tuple[str, frozenset[str]]:
    """The new customer's id, and the topics to ring, once for each press. Raises CannotEdit.

    SharedAddress, unless ``typed`` says that it is right, where a customer has the address.
    """
    if not who.may(May.EDIT_CUSTOMERS):
        raise CannotEdit("Your role cannot add customers. Ask the office to do it.")
    words = checked(typed)
    locale = typed.locale or ""
    if locale and locale not in OFFERED:
        raise CannotEdit("Choose one of the formats in the list.", "locale")
    with unit_of_work() as session:
        if press_id and session.get(Customer, (who.company_id, press_id)) is not None:
            # What was pressed before has come here, and its answer has not.
            return press_id, frozenset({company_topic(who.company_id)})
        if not typed.shared:
            refuse_shared(session, who.company_id, words.email)
        company = session.get_one(Company, who.company_id)
        customer = Customer(
            company_id=who.company_id,
            id=press_id if is_id(press_id) else new_id(),
            name=words.name,
            contact=words.contact,
            email=words.email or None,
            phone=words.phone,
            address=words.address or "",
            country=words.country or company.country,
            locale=locale,
        )
        session.add(customer)
        write_down(
            session,
            who,
            Deed.ADDED_CUSTOMER,
            about="customer",
            about_id=customer.id,
            words=words.name,
        )
        return customer.id, frozenset({company_topic(who.company_id)})
