"""Change: another role for somebody on the team, or the end of their time on it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.asking import Asking, Done
from fsm_portal.dashboard.form import text
from fsm_portal.dashboard.settings.role_choice import role_choice
from fsm_portal.domain.role import May, Role
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.team.change_member import change_role, deactivate_member
from fsm_portal.flows.team.invite_member import withdraw_invitation
from fsm_portal.flows.team.rules import CannotChangeTeam
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.notice import problem_line

_ASKS = ("role", "deactivate", "withdraw")


class ChangingMember(Asking, rx.State):
    """Whom a question is open about, and which. What they are called is in the view only."""

    question: str = ""
    role: str = Role.OFFICE.value

    @rx.event
    async def ask(self, staff_id: str, question: str, role: str) -> EventSpec | None:
        """Open a question about a member, whose present role is ``role``."""
        known = question in _ASKS
        answer = await self._ask(staff_id if known else "", May.MANAGE_TEAM)
        if known and answer is None:
            self.question = question
            self.role = next((each.value for each in Role if each.value == role), self.role)
        return answer

    @rx.event
    async def change(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Give the member the role that was chosen."""
        staff_id, role = self.about, text(form, "role")
        async for step in self._change(lambda who: change_role(who, staff_id, role)):
            yield step

    @rx.event
    async def deactivate(self) -> AsyncIterator[EventSpec | None]:
        """End the member's access."""
        staff_id = self.about
        async for step in self._change(lambda who: deactivate_member(who, staff_id)):
            yield step

    @rx.event
    async def withdraw(self) -> AsyncIterator[EventSpec | None]:
        """Take the invitation back."""
        staff_id = self.about

        def take_back(who: Identity) -> Done:
            return "Invitation withdrawn", withdraw_invitation(who, staff_id)

        async for step in self._change(take_back):
            yield step

    def _change(self, act: Callable[[Identity], Done]) -> AsyncIterator[EventSpec | None]:
        return self._do(act, CannotChangeTeam, May.MANAGE_TEAM)


def role_dialog(view: Any) -> rx.Component:
    """Which role; once on the page. ``view`` is the TeamView."""
    return dialog(
        rx.el.form(
            rx.cond(
                ChangingMember.question == "role",
                role_choice(view.may_make_owners, ChangingMember.problem, ChangingMember.role),
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=ChangingMember.stop),
                button("Change role", type="submit", loading=ChangingMember.busy),
            ),
            on_submit=ChangingMember.change,
            no_validate=True,
        ),
        name="changing-role",
        title="Change role",
        text="What they have open changes with it at once.",
        shown=(ChangingMember.about != "") & (ChangingMember.question == "role"),
        on_close=ChangingMember.stop,
    )


def goodbye_dialog() -> rx.Component:
    """Whether somebody is to be deactivated, or their invitation withdrawn; once on the page."""
    withdraws = ChangingMember.question == "withdraw"
    return dialog(
        rx.el.p(
            rx.cond(
                withdraws,
                "The link in their mail stops working. You can invite them again at any time.",
                "They are signed out everywhere at once, pages that are open included, and no "
                "link signs them in any more. What they did stays beside their name. You can "
                "invite them again at any time.",
            )
        ),
        problem_line(ChangingMember.problem),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=ChangingMember.stop),
            rx.cond(
                withdraws,
                rx.el.div(_sure("Withdraw invitation", ChangingMember.withdraw), key="withdraw"),
                rx.el.div(_sure("Deactivate", ChangingMember.deactivate), key="deactivate"),
            ),
        ),
        name="goodbye",
        title=rx.cond(withdraws, "Withdraw this invitation?", "Deactivate this person?"),
        shown=(ChangingMember.about != "")
        & ((ChangingMember.question == "deactivate") | withdraws),
        on_close=ChangingMember.stop,
    )


def _sure(label: str, on_click: Any) -> rx.Component:
    return button(label, kind="danger", loading=ChangingMember.busy, on_click=on_click)
