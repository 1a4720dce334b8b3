"""Everything the office knows about one customer, a tab at a time."""

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.customer_credit import credit_parts
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.customers.customer_tabs import (
    ALONE,
    NO_INVOICES,
    NO_JOBS,
    NO_PAYMENTS,
    Beside,
    InvoicesTab,
    JobsTab,
    PaymentsTab,
    Place,
    invoices_tab,
    jobs_tab,
    payments_tab,
    place_in,
)
from fsm_portal.flows.customers.customer_view import NO_CUSTOMER, CustomerView, customer_view
from fsm_portal.flows.customers.notes import NoteView, notes_on
from fsm_portal.flows.customers.owing import NOTHING, Owing, owing_of
from fsm_portal.flows.customers.portal_state import NEVER, PortalState, portal_states
from fsm_portal.flows.customers.stripe_side import account_of
from fsm_portal.flows.customers.timeline import NO_TIMELINE, Timeline, timeline
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.reminding.stop import NOT_PAUSED, PauseView, pause_view
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.flows.statement.show_statement import StatementQuery, StatementView, show_statement
from fsm_portal.gateways import formats

Show = Literal["invoices", "payments", "jobs", "statement", "history"]


@dataclass(frozen=True)
class CustomerPageQuery:
    """Which customer, which tab, and where in it. Made by ``customer_page_query``."""

    customer_id: str
    show: Show = "invoices"
    place: Place = None
    statement: StatementQuery = field(default_factory=StatementQuery)


def customer_page_query(
    customer_id: str, show: object, before: object, after: object, statement: StatementQuery
) -> CustomerPageQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    known: Show = next((name for name in get_args(Show) if name == show), "invoices")
    if known == "statement":
        return CustomerPageQuery(customer_id, known, statement=statement)
    return CustomerPageQuery(customer_id, known, place_in(known, before, after))


@dataclass(frozen=True)
class AtStripeView:
    """The customer's own at Stripe; without an ``id`` there is none on the account connected now.
    ``connected``: there is such an account."""

    connected: bool = False
    id: str = ""


NOT_AT_STRIPE, NO_STATEMENT = AtStripeView(), StatementView()


@dataclass(frozen=True)
class CustomerPageView:
    """One customer; ``id`` is the one asked for, ``found`` whether this company has it.

    Only the part that ``show`` names is filled. ``credit`` is what the company holds for them,
    empty where that is nothing; ``paths`` the pages beside the one of a list.
    """

    loaded: bool = False
    desk: Desk = NO_DESK
    id: str = ""
    found: bool = False
    show: str = "invoices"
    customer: CustomerView = NO_CUSTOMER
    owing: Owing = NOTHING
    credit: str = ""
    portal: PortalState = NEVER
    offers_portal: bool = True
    stripe: AtStripeView = NOT_AT_STRIPE
    notes: tuple[NoteView, ...] = ()
    reminders: PauseView = NOT_PAUSED
    invoices: InvoicesTab = NO_INVOICES
    payments: PaymentsTab = NO_PAYMENTS
    jobs: JobsTab = NO_JOBS
    statement: StatementView = NO_STATEMENT
    history: Timeline = NO_TIMELINE
    newer: str = ""
    older: str = ""


def show_customer(scope: Scope, query: CustomerPageQuery) -> CustomerPageView:
    """The customer as ``scope`` sees them. One of another company is no different from none."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        key = (company.id, query.customer_id)
        customer = session.get(Customer, key) if is_id(query.customer_id) else None
        if customer is None:
            return CustomerPageView(loaded=True, desk=desk, id=query.customer_id)
        view = CustomerPageView(
            loaded=True,
            desk=desk,
            id=customer.id,
            found=True,
            show=query.show,
            customer=customer_view(session, company, customer),
            owing=owing_of(session, company, [customer.id]).get(customer.id, NOTHING),
            credit=_credit(session, company, customer.id),
            portal=portal_states(session, company, [customer.id]).get(customer.id, NEVER),
            offers_portal=company.offers_portal,
            stripe=_at_stripe(company, customer),
            notes=notes_on(session, company, customer.id),
            reminders=pause_view(session, company, customer.id),
        )
        view, beside = _with_tab(session, scope, company, customer, query, view)
    return replace(view, newer=beside.newer, older=beside.older)


def _with_tab(
    session: Session,
    scope: Scope,
    company: Company,
    customer: Customer,
    query: CustomerPageQuery,
    view: CustomerPageView,
) -> tuple[CustomerPageView, Beside]:
    match query.show:
        case "invoices":
            invoices, beside = invoices_tab(session, company, customer.id, query.place)
            return replace(view, invoices=invoices), beside
        case "payments":
            payments, beside = payments_tab(session, company, view.desk, customer.id, query.place)
            return replace(view, payments=payments), beside
        case "jobs":
            jobs, beside = jobs_tab(session, company, customer.id, query.place)
            return replace(view, jobs=jobs), beside
        case "history":
            history, beside = timeline(session, company, view.desk, customer, query.place)
            return replace(view, history=history), beside
    theirs = Scope("staff", scope.company_id, customer.id, scope.role)
    return replace(view, statement=show_statement(theirs, query.statement)), ALONE


def _credit(session: Session, company: Company, customer_id: str) -> str:
    sums: dict[str, int] = {}
    for part in credit_parts(session, company.id, customer_id):
        sums[part.currency] = sums.get(part.currency, 0) + part.amount
    return " + ".join(
        formats.money(amount, currency, company.locale) for currency, amount in sorted(sums.items())
    )


def _at_stripe(company: Company, customer: Customer) -> AtStripeView:
    account = account_of(company)
    here = bool(account) and customer.stripe_account_id == account
    return AtStripeView(bool(account), (customer.stripe_customer_id or "") if here else "")
