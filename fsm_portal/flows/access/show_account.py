"""The customer's account: who they are here, where they are signed in, where else they belong."""

from dataclasses import dataclass, field

from fsm_portal.db import reading, reading_across_companies
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.access.my_sessions import SessionView, sessions_of
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.login_links import accounts_beside
from fsm_portal.flows.paying.saved_cards import ASKING, SavedCards
from fsm_portal.flows.reader_locale import reader_locale


@dataclass(frozen=True)
class ElsewhereView:
    """Another account of the same mailbox; ``key`` is what is switched to."""

    key: str
    company: str
    name: str


@dataclass(frozen=True)
class AccountView:
    """Texts are ready to show. ``person`` is whom the frame greets, ``name`` who is billed."""

    loaded: bool = False
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    terms: str = ""
    sessions: tuple[SessionView, ...] = ()
    elsewhere: tuple[ElsewhereView, ...] = ()
    payment_methods: SavedCards = ASKING


def show_account(scope: Scope, session_id: str, cards: SavedCards = ASKING) -> AccountView:
    """The account of the customer of ``scope``, seen in the session of that id.

    ``cards`` is what Stripe said of theirs, when it was asked last.
    """
    with reading() as session:
        company = session.get_one(Company, scope.company_id)
        customer = session.get_one(Customer, (scope.company_id, scope.customer_id))
        locale = reader_locale(company, customer)
        sessions = sessions_of(session, scope, session_id, company.time_zone, locale)
    # Of the same mailbox, with whatever company.
    with reading_across_companies() as session:
        beside = accounts_beside(session, scope.company_id, session_id)
    return AccountView(
        loaded=True,
        company=company_frame(company),
        person=customer.greeting,
        name=customer.name,
        email=customer.email or "",
        phone=customer.phone,
        terms=company.terms,
        sessions=sessions,
        elsewhere=tuple(ElsewhereView(one.key, one.company.name, one.name) for one in beside),
        payment_methods=cards,
    )
