"""Change: another role for somebody on the team, or the end of their time on it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.settings.role_choice import role_choice
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May, Role
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.team.change_member import change_role, deactivate_member
from fsm_portal.flows.team.invite_member import withdraw_invitation
from fsm_portal.flows.team.rules import CannotChangeTeam
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say

_ASKS = ("role", "deactivate", "withdraw")


class ChangingMember(rx.State):
    """Whom a question is open about, and which. What they are called is in the view only."""

    asked: str = ""
    question: str = ""
    role: str = Role.OFFICE.value
    busy: bool = False
    problem: str = ""

    def _begin(self, staff_id: str = "", question: str = "") -> None:
        self.asked, self.question = staff_id, question
        self.busy, self.problem = False, ""

    @rx.event
    async def ask(self, staff_id: str, question: str, role: str) -> EventSpec | None:
        """Open a question about a member, whose present role is ``role``."""
        if await clerk(self, May.MANAGE_TEAM) is None:
            return to_sign_in()
        if isinstance(staff_id, str) and is_id(staff_id) and question in _ASKS:
            self._begin(staff_id, question)
            self.role = next((each.value for each in Role if each.value == role), self.role)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave everything as it is."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def change(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Give the member the role that was chosen."""
        role = form.get("role") if isinstance(form, dict) else None

        def give(who: Identity, staff_id: str) -> tuple[str, frozenset[str]]:
            return change_role(who, staff_id, role)

        async for step in self._do(give):
            yield step

    @rx.event
    async def deactivate(self) -> AsyncIterator[EventSpec | None]:
        """End the member's access."""
        async for step in self._do(deactivate_member):
            yield step

    @rx.event
    async def withdraw(self) -> AsyncIterator[EventSpec | None]:
        """Take the invitation back."""

        def take_back(who: Identity, staff_id: str) -> tuple[str, frozenset[str]]:
            return "Invitation withdrawn", withdraw_invitation(who, staff_id)

        async for step in self._do(take_back):
            yield step

    async def _do(
        self, change: Callable[[Identity, str], tuple[str, frozenset[str]]]
    ) -> AsyncIterator[EventSpec | None]:
        who = await clerk(self, May.MANAGE_TEAM)
        if who is None:
            yield to_sign_in()
            return
        if not self.asked or self.busy:
            return
        self.busy, self.problem = True, ""
        yield None
        try:
            words, topics = await asyncio.to_thread(change, who, self.asked)
        except CannotChangeTeam as error:
            self.problem = str(error)
            return
        finally:
            self.busy = False
        self._begin()
        live.ring(topics)
        await say(self, words)


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
        shown=ChangingMember.question == "role",
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
        live_region(
            rx.el.p(ChangingMember.problem, class_name="mt-4 font-medium text-bad empty:hidden")
        ),
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
        shown=(ChangingMember.question == "deactivate") | withdraws,
        on_close=ChangingMember.stop,
    )


def _sure(label: str, on_click: Any) -> rx.Component:
    return button(label, kind="danger", loading=ChangingMember.busy, on_click=on_click)
