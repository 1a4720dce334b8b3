"""The walk through the settings that a new company is led along: steps that are done are rows."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.role import May
from fsm_portal.domain.setup_step import SetupStep
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.identity import Identity

_step = table_of(SetupStep)

# Part of the address and name, in the order in which one is led along.
STEPS: tuple[tuple[str, str], ...] = (
    ("company", "Company"),
    ("payment-processing", "Payment processing"),
    ("customer-portal", "Customer portal"),
    ("billing-portal", "Billing portal"),
    ("branding", "Branding"),
    ("invoices", "Invoices"),
    ("taxes", "Taxes"),
    ("reminders", "Reminders"),
    ("team", "Team"),
    ("notifications", "Notifications"),
)
_PARTS = tuple(part for part, _ in STEPS)

_DONE = select(_step.c.step).where(_step.c.company_id == bindparam("company_id"))


@dataclass(frozen=True)
class Setup:
    """``active``: the company is being set up. ``done`` are the parts that are; ``percent`` of all.

    ``note`` is ``3 of 10 done``.
    """

    active: bool = False
    done: tuple[str, ...] = ()
    percent: int = 0
    note: str = ""


NO_SETUP = Setup()


def setup_of(session: Session, company: Company) -> Setup:
    """How far the company is; nothing for one that is set up."""
    if company.set_up_at is not None:
        return NO_SETUP
    found = session.connection().execute(_DONE, {"company_id": company.id}).scalars()
    done = set(found) & set(_PARTS)
    if company.can_take_payments:
        done.add("payment-processing")
    return Setup(
        True,
        tuple(part for part in _PARTS if part in done),
        100 * len(done) // len(_PARTS),
        f"{len(done)} of {len(_PARTS)} done",
    )


def next_step(setup: Setup, after: str) -> str:
    """The part to go on to from ``after``: the next that is not done, round about; empty for
    none."""
    at = _PARTS.index(after) if after in _PARTS else -1
    ahead = (*_PARTS[at + 1 :], *_PARTS[: at + 1])
    return next((part for part in ahead if part not in setup.done and part != after), "")


def step_is_done(session: Session, who: Identity, company: Company, part: str) -> None:
    """Note it, within a unit of work of the caller's; once, and only while there is a walk."""
    if company.set_up_at is None and part in _PARTS:
        insert_once(
            session,
            SetupStep,
            {
                "company_id": company.id,
                "step": part,
                "staff_id": who.person_id,
                "done_at": now(),
            },
        )


def go_on(who: Identity, part: str) -> tuple[str, frozenset[str]]:
    """``part`` is done, or left as it is: the part to go on to, and the topics to ring.

    After the last one the company is set up. Whoever may not change settings goes nowhere.
    """
    if not who.may(May.CHANGE_SETTINGS) or part not in _PARTS:
        return "", frozenset()
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id, with_for_update={"key_share": True})
        step_is_done(session, who, company, part)
        following = next_step(setup_of(session, company), part)
        if not following and company.set_up_at is None:
            company.set_up_at = now()
            session.add(company)
    return following, frozenset({company_topic(who.company_id)})


def put_away(who: Identity) -> frozenset[str]:
    """The company does without the rest of the walk; topics to ring."""
    if not who.may(May.CHANGE_SETTINGS):
        return frozenset()
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id, with_for_update={"key_share": True})
        if company.set_up_at is None:
            company.set_up_at = now()
            session.add(company)
    return frozenset({company_topic(who.company_id)})
