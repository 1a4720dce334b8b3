"""Sign-ups that nobody confirmed are forgotten: a company that no one was ever in, after a week."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.sent_letter import SentLetter
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.signing_up.sign_up import BEEN_IN

KEPT_FOR = timedelta(days=7)

_company = table_of(Company)
_staff = table_of(Staff)
# What there is of a company before anybody was in, in the order in which keys let go of it.
_ITS_ROWS = (table_of(SentLetter), table_of(OutboxMessage), table_of(LoginLink), _staff)


def forget_unconfirmed(should_stop: Callable[[], bool] = lambda: False) -> int:
    """Remove them, one in each unit of work; how many went."""
    nobody_was_in = ~exists().where(
        _staff.c.company_id == _company.c.id, _staff.c.seen_at.is_not(None)
    )
    with reading() as session:
        found = session.connection().execute(
            select(_company.c.id).where(_company.c.signed_up_at < now() - KEPT_FOR, nobody_was_in)
        )
        ids = list(found.scalars())
    gone = 0
    for company_id in ids:
        if should_stop():
            break
        gone += _forget(company_id)
    return gone


def _forget(company_id: str) -> bool:
    try:
        with unit_of_work() as session:
            connection = session.connection()
            # Held, and asked again: whoever opens the link at this moment has the company.
            if session.get(Company, company_id, with_for_update=True) is None:
                # Another round was here first.
                return False
            if connection.execute(BEEN_IN, {"company_id": company_id}).scalar_one():
                return False
            for table in _ITS_ROWS:
                connection.execute(delete(table).where(table.c.company_id == company_id))
            connection.execute(delete(_company).where(_company.c.id == company_id))
    except IntegrityError:
        # The operator has put something there: it is somebody's.
        return False
    return True
