"""Which customers of a file of documents are here already."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.small_letters import as_compared, as_looked_for, small_letters
from fsm_portal.flows.importing.buyers import Buyer

_customer = table_of(Customer).c


def is_called(buyer: Buyer, name: str, email: str | None) -> bool:
    """Whether somebody here without an id of a file is meant: by the address, where the file has
    one, else by the name, where that is all the file has of them."""
    if buyer.email:
        return email is not None and as_compared(email) == as_compared(buyer.email)
    return buyer.reference == buyer.name and as_compared(name) == as_compared(buyer.name)


def known_ids(session: Session, company_id: str, buyers: Mapping[str, Buyer]) -> dict[str, str]:
    """Our ids of those of ``buyers`` (by reference) who are here: by the file's id, else one whom
    the office or a list of customers brought. Where two would fit, none of them is meant."""
    known = select(_customer.reference, _customer.id).where(
        _customer.company_id == company_id, _customer.reference.in_(list(buyers))
    )
    ids = {str(row.reference): str(row.id) for row in session.connection().execute(known)}
    sought = [buyer for reference, buyer in buyers.items() if reference not in ids]
    for column, texts in (
        (_customer.email, {buyer.email for buyer in sought if buyer.email}),
        (_customer.name, {buyer.name for buyer in sought if buyer.name == buyer.reference}),
    ):
        if not texts:
            continue
        rows = session.connection().execute(
            select(_customer.id, _customer.name, _customer.email).where(
                _customer.company_id == company_id,
                _customer.reference.is_(None),
                small_letters(column).in_(as_looked_for(texts)),
            )
        )
        ids |= _only_ones(sought, [(row.id, row.name, row.email) for row in rows])
    return ids


def _only_ones(sought: Iterable[Buyer], here: list[tuple[str, str, str | None]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for buyer in sought:
        fits = [known for known, name, email in here if is_called(buyer, name, email)]
        if len(fits) == 1:
            found[buyer.reference] = fits[0]
    return found
