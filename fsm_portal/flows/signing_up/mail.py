"""The letter after a sign-up, composed when it leaves: its link exists nowhere else."""

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.login_links import make_link
from fsm_portal.flows.mailing.post_office import post_letter
from fsm_portal.flows.outbox import Done, GiveUp, Work
from fsm_portal.gateways.letters import Reader
from fsm_portal.gateways.sign_in_letters import SignUpAsked, sign_up_letter
from fsm_portal.gateways.tokens import new_code


def mail_sign_up(work: Work) -> Done:
    """Send the link by which an owner confirms the address; or, where it is known, signs in."""
    with unit_of_work() as session:
        staff = session.get(Staff, (work.company_id, work.payload.get("staff_id")))
        if staff is None or staff.deactivated_at is not None:
            raise GiveUp("Whoever signed up is not there any more")
        code = new_code()
        link, _ = make_link(
            session,
            company_id=work.company_id,
            purpose=Purpose.REQUESTED,
            staff_id=staff.id,
            browser_hash=work.payload.get("browser_hash"),
            code=code,
        )
    asked = SignUpAsked(
        key=work.key,
        link=link,
        minutes_valid=settings().requested_link_minutes,
        code=code,
        browser=work.payload.get("browser") or "",
        known=bool(work.payload.get("known")),
    )
    # Greets nobody by the name that was typed: anybody may have typed it.
    return post_letter(work, sign_up_letter(Reader("", staff.email), asked))
