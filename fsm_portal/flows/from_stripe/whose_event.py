"""Whose an event is: the account says so, unless the payment that it is about says otherwise.

A Stripe account may be one company's today and have been another's before. What was paid on it
then is the other's for good: on its books, and in nobody else's inbox.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.statement import Answer, Call, Statement, together
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.domain.stripe_sweep import StripeSweep
from fsm_portal.gateways.stripe_facts import DisputeChanged, Fact, PayoutChanged, RefundChanged

_company = table_of(Company)
_attempt = table_of(CheckoutAttempt)
_payment = table_of(Payment)
_sweep = table_of(StripeSweep)
_inbox = table_of(StripeEvent)

# Asked with every event, and made once: writing a statement costs more than running it.
_COMPANY_OF = Statement(
    select(_company.c.id).where(_company.c.stripe_account_id == bindparam("account"))
)


def note_account(connection: Connection, company_id: str, account: str) -> None:
    """The company is paid on ``account``: that it once was stays known when it has another."""
    insert_once(
        connection, StripeSweep, {"company_id": company_id, "account_id": account, "trouble": ""}
    )


def company_of(connection: Connection, account: str) -> str | None:
    """The company that a Stripe account belongs to, if any."""
    found = _COMPANY_OF.ask(connection, {"account": account}).first
    return None if found is None else str(found.id)


def keep_for_its_company(
    connection: Connection, row: Mapping[str, Any], *ahead: Call
) -> tuple[str | None, list[Answer]]:
    """Put ``row`` in the inbox as the company's that has its ``account_id``; that company's id.

    None, and nothing kept, where no company has the account or the inbox has the event. With it
    come the answers of whatever is asked ``ahead``.
    """
    kept = _kept(connection.dialect.name == "postgresql")
    answer, *answers = together(connection, kept.with_(row), *ahead)
    return (answer.first.company_id if answer.rows else None), answers


@cache
def _kept(on_postgresql: bool) -> Statement:
    names = [column.name for column in _inbox.columns if column.name != "company_id"]
    values = [bindparam(name, type_=_inbox.c[name].type).label(name) for name in names]
    whose = select(_company.c.id, *values).where(
        _company.c.stripe_account_id == bindparam("account_id")
    )
    insert = postgresql.insert(_inbox) if on_postgresql else sqlite.insert(_inbox)
    kept = insert.from_select(["company_id", *names], whose).on_conflict_do_nothing()
    return Statement(kept.returning(_inbox.c.company_id))


def company_paid(connection: Connection, account: str, fact: Fact | None) -> str | None:
    """The company whose attempt or payment the fact names, whoever has the account by now."""
    attempt_id: str | None = getattr(fact, "attempt_id", None)
    if attempt_id is not None:
        statement = select(_attempt.c.company_id).where(
            _attempt.c.id == attempt_id, _attempt.c.stripe_account_id == account
        )
    elif isinstance(fact, RefundChanged | DisputeChanged):
        statement = select(_payment.c.company_id).where(
            # By its index, which begins with the company.
            _payment.c.company_id.in_(_companies_on(connection, account)),
            _payment.c.stripe_account_id == account,
            _payment.c.payment_intent_id == fact.payment_intent_id,
        )
    else:
        return None
    found: str | None = connection.execute(statement).scalar()
    return found


def company_left(connection: Connection, account: str, fact: Fact | None) -> str | None:
    """Whose money moves on an account that is nobody's now: the one company's that ever had it."""
    if not isinstance(fact, RefundChanged | DisputeChanged | PayoutChanged):
        return None
    companies = _companies_on(connection, account)
    return companies[0] if len(companies) == 1 else None


def may_be_anothers(connection: Connection, account: str, company_id: str | None) -> bool:
    """Whether somebody else than ``company_id`` was ever paid on the account."""
    return any(each != company_id for each in _companies_on(connection, account))


def _companies_on(connection: Connection, account: str) -> Sequence[str]:
    """Every company that has the account or had it, as far as it was noted."""
    ever = select(_sweep.c.company_id).where(_sweep.c.account_id == account)
    return connection.execute(ever.order_by(_sweep.c.company_id)).scalars().all()
