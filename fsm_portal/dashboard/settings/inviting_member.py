"""Invite: the dialog that adds somebody to the team."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.asking import Asking, Done, problem_with
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import typed
from fsm_portal.dashboard.settings.role_choice import role_choice
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.team.invite_member import NewMember, invite_again, invite_member
from fsm_portal.flows.team.rules import CannotChangeTeam
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import text_field
from fsm_portal.ui.notice import problem_line
from fsm_portal.ui.toast import say

# In place of an id.
_NEW = "new"


class InvitingMember(Asking, rx.State):
    """Whether the dialog is open, and what is the matter with what was typed."""

    @rx.event
    async def ask(self) -> EventSpec | None:
        """Open the dialog."""
        if await clerk(self, May.MANAGE_TEAM) is None:
            return to_sign_in()
        self._begin(_NEW)
        return None

    @rx.event
    async def invite(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Invite whoever was typed."""
        somebody = NewMember(*typed(form, ("member_name", "member_email", "role")).values())

        def act(who: Identity) -> Done:
            address, topics = invite_member(who, somebody)
            return f"Invitation on its way to {address}", topics

        async for step in self._do(act, CannotChangeTeam, May.MANAGE_TEAM):
            yield step

    @rx.event
    async def again(self, staff_id: str) -> AsyncIterator[EventSpec | None]:
        """Send the invitation of a member once more."""
        who = await clerk(self, May.MANAGE_TEAM)
        if who is None:
            yield to_sign_in()
            return
        if not (isinstance(staff_id, str) and is_id(staff_id)) or self.busy:
            return
        self.busy = True
        yield None
        try:
            address, topics = await asyncio.to_thread(invite_again, who, staff_id)
        except CannotChangeTeam as error:
            await say(self, str(error), "warn")
            return
        finally:
            self.busy = False
        live.ring(topics)
        await say(self, f"Invitation on its way to {address}")


def invite_button() -> rx.Component:
    return button("Invite somebody", icon="plus", on_click=InvitingMember.ask)


def invite_dialog(view: Any) -> rx.Component:
    """The form; once on the page. ``view`` is the TeamView."""
    return dialog(
        rx.el.form(
            rx.el.div(
                _field("Name", "member_name", "name", auto_complete="off", max_length=200),
                _field("Email address", "member_email", "email", type="email", auto_complete="off"),
                role_choice(view.may_make_owners, problem_with(InvitingMember, "role")),
                class_name="flex flex-col gap-4",
            ),
            problem_line(problem_with(InvitingMember, "")),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=InvitingMember.stop),
                button("Send invitation", type="submit", loading=InvitingMember.busy),
            ),
            on_submit=InvitingMember.invite,
            no_validate=True,
        ),
        name="inviting-member",
        title="Invite somebody to the team",
        text="They get an email with a link that signs them in. There is no password.",
        shown=InvitingMember.about != "",
        on_close=InvitingMember.stop,
    )


def _field(label: str, name: str, about: str, **props: Any) -> rx.Component:
    return text_field(label, name=name, error=problem_with(InvitingMember, about), **props)
