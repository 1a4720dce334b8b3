"""Looking at the notices: everything there is at that moment counts as read."""

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.noticing.own import Read, mark_read
from fsm_portal.flows.noticing.times import kinds_for, notice_times


def read_the_latest(who: Identity) -> Read:
    """``who`` looks at what there is now; how far they had read, and have."""
    kinds = kinds_for(who.role)
    if not kinds:
        return Read()
    with reading() as session:
        company = session.get_one(Company, who.company_id)
        times = notice_times(session, company, kinds)
    return mark_read(who, times[0] if times else 0)
