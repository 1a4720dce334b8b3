"""The form of a new job: for whom, chosen by search, and who can be sent."""

from dataclasses import dataclass

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.customers.choose_customer import NO_CHOICE, CustomerChoice, choices
from fsm_portal.flows.customers.customer_query import search_words
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.show_job import NOBODY, JobCustomer, Member, job_customer, members
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk


@dataclass(frozen=True)
class NewJobQuery:
    """Whose job it is to be, if that is known, or what is searched for."""

    customer: str = ""
    search: str = ""


def new_job_query(customer: object, search: object) -> NewJobQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    known = customer if isinstance(customer, str) and is_id(customer) else ""
    return NewJobQuery(known, search_words(search))


@dataclass(frozen=True)
class NewJobView:
    """``customer`` is whom it is for; while none is chosen, ``choice`` has who could be."""

    loaded: bool = False
    desk: Desk = NO_DESK
    customer: JobCustomer = NOBODY
    choice: CustomerChoice = NO_CHOICE
    day: str = ""
    members: tuple[Member, ...] = ()


def show_new_job(scope: Scope, query: NewJobQuery) -> NewJobView:
    """An id of somebody else's customer is no different from none."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        known = session.get(Customer, (company.id, query.customer)) if query.customer else None
        return NewJobView(
            loaded=True,
            desk=desk,
            customer=job_customer(session, company, known.id) if known else NOBODY,
            choice=NO_CHOICE if known else choices(session, company.id, query.search),
            day=today(company.time_zone).isoformat(),
            members=members(session, company.id),
        )
