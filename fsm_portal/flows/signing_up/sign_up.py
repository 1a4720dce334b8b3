"""Sign-up: a company and its owner, on the books before anybody has come, and theirs once the
owner has opened the link.

Whoever asks is told the same whatever is known about the address; the letter says it.
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, select
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.email import folded, is_email
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.staff import Role, Staff
from fsm_portal.flows.companies.company_details import country as known_country
from fsm_portal.flows.login_links import Asking, accounts_of
from fsm_portal.flows.signing_up.slug import free_slug
from fsm_portal.gateways.places import currency_of, locale_of, time_zone_of

_company = table_of(Company)
_staff = table_of(Staff)

_LONGEST_NAME = 100
# What can be caused to be mailed to one address by signing up with it: see login_links/ask.py.
_MAILS_PER_WINDOW = 3
_WINDOW_SECONDS = 600

# Sessions are pruned; that somebody was here stays on their row.
BEEN_IN = (
    exists()
    .where(_staff.c.company_id == bindparam("company_id"), _staff.c.seen_at.is_not(None))
    .select()
)


class CannotSignUp(Exception):
    """Nothing was kept. ``problems``: a sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class NewCompany:
    """As it was typed. ``country`` is ISO 3166."""

    name: str
    email: str
    company: str
    country: str

    def checked(self) -> "NewCompany":
        """The same as it is written down. Raises CannotSignUp."""
        problems: dict[str, str] = {}
        given = {name: " ".join(getattr(self, name).split()) for name in ("name", "company")}
        for name, what in (("name", "your name"), ("company", "your company’s name")):
            if problem := _wrong_name(given[name], what):
                problems[name] = problem
        if not is_email(self.email.strip()):
            problems["email"] = "Type your email address, such as name@example.com."
        try:
            country = known_country(self.country.strip())
        except ValueError:
            problems["country"], country = "Choose your country from the list.", ""
        if problems:
            raise CannotSignUp(problems)
        return NewCompany(given["name"], folded(self.email), given["company"], country)


def _wrong_name(text: str, what: str) -> str:
    if not text:
        return f"Type {what}."
    if len(text) > _LONGEST_NAME or not text.isprintable():
        return f"One line of at most {_LONGEST_NAME} letters, please."
    if "://" in text or "www." in text.lower():
        # It would travel in letters of ours to whatever address was typed.
        return "A name without a web address, please."
    return ""


def takes_sign_ups() -> bool:
    """Whether new companies may sign themselves up here: the operator's word. Without Connect there
    is room for one."""
    config = settings()
    if not config.sign_up:
        return False
    if config.stripe_connect:
        return True
    with reading() as session:
        return session.connection().execute(select(_company.c.id).limit(1)).first() is None


def sign_up(typed: NewCompany, asking: Asking, accept_language: str = "") -> None:
    """Put the company on the books and queue the letter that its owner comes in by.

    Where the address is staff's already, the letter says so instead. Raises CannotSignUp, the same
    for every address that looks like one.
    """
    given = typed.checked()
    with unit_of_work() as session:
        _one_at_a_time(session, given.email)
        mine = [one for one in accounts_of(session, given.email) if one.staff_id is not None]
        entered = [one for one in mine if not _waits_for_its_owner(session, one.company_id)]
        if entered:
            account = entered[0]
            _queue(session, account.company_id, account.staff_id or "", asking, known=True)
            return
        if mine:
            # Nobody has ever come in: who signs up again means this, and may have typed better.
            company = session.get_one(Company, mine[0].company_id)
            owner = session.get_one(Staff, (company.id, mine[0].staff_id))
            owner.name = given.name
        else:
            company = Company(
                slug=free_slug(session, given.company),
                name=given.company,
                email=given.email,
                country=given.country,
                currency="USD",
                time_zone="UTC",
                locale="en_US",
                signed_up_at=now(),
            )
            owner = Staff(
                company_id=company.id, name=given.name, email=given.email, role=Role.OWNER
            )
        company.name, company.country = given.company, given.country
        company.currency = currency_of(given.country)
        company.time_zone = time_zone_of(given.country)
        company.locale = locale_of(given.country, accept_language)
        session.add(company)
        session.flush()
        session.add(owner)
        session.flush()
        _queue(session, company.id, owner.id, asking, known=False)


def _waits_for_its_owner(session: Session, company_id: str) -> bool:
    """Whether it signed itself up and nobody has ever been in."""
    company = session.get_one(Company, company_id)
    if company.signed_up_at is None:
        return False
    return not session.connection().execute(BEEN_IN, {"company_id": company_id}).scalar_one()


def _one_at_a_time(session: Session, email: str) -> None:
    """A form that is sent twice is one company. SQLite has one writer anyhow."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(f"sign-up {email}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def _queue(
    session: Session, company_id: str, staff_id: str, asking: Asking, *, known: bool
) -> None:
    window = int(now().timestamp() // _WINDOW_SECONDS)
    payload = {
        "staff_id": staff_id,
        "browser_hash": asking.browser_hash,
        "browser": asking.browser,
        "known": "yes" if known else None,
    }
    for place in range(_MAILS_PER_WINDOW):
        key = f"sign-up:{staff_id}:{window}:{place}"
        if enqueue(session, company_id, WorkKind.SIGN_UP_MAIL, key, payload):
            return
