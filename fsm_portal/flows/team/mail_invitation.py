"""The letter that invites somebody to the team, composed when it leaves."""

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.login_links import make_link
from fsm_portal.flows.mailing.letter_to import sender
from fsm_portal.flows.mailing.post_office import may_write_to, post_letter
from fsm_portal.flows.outbox import Done, NoLongerWanted, Work
from fsm_portal.flows.team.role_words import ROLE_WORDS
from fsm_portal.gateways import sign_in_letters as letters
from fsm_portal.gateways.letters import Reader


def mail_invitation(work: Work) -> Done:
    """Send the invitation of one new member of the team."""
    with unit_of_work() as session:
        company = session.get_one(Company, work.company_id)
        # Whoever withdraws it ends its links, and must find this one too.
        staff = session.get_one(
            Staff, (company.id, work.payload.get("staff_id")), with_for_update={"read": True}
        )
        if not staff.is_awaited:
            raise NoLongerWanted("The invitation was withdrawn or accepted before this letter left")
        may_write_to(session, work, staff.email)
        link, valid_until = make_link(
            session, company_id=company.id, purpose=Purpose.TEAM, staff_id=staff.id
        )
        role = staff.role
        reader = Reader(staff.name, staff.email)
    letter = letters.team_letter(
        sender(company),
        reader,
        letters.TeamInvitation(work.key, link, valid_until, role.value, ROLE_WORDS[role]),
    )
    return post_letter(work, letter)
