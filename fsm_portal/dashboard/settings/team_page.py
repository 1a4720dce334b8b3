"""Settings, Team: who works here, as what, and what that allows."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.changing_member import (
    ChangingMember,
    goodbye_dialog,
    role_dialog,
)
from fsm_portal.dashboard.settings.inviting_member import (
    InvitingMember,
    invite_button,
    invite_dialog,
)
from fsm_portal.dashboard.settings.role_matrix import role_matrix
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.team.show_team import TeamView, show_team
from fsm_portal.ui.avatar import avatar
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.last_seen import last_seen


class TeamPage(rx.State):
    view: TeamView = TeamView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> TeamView:
        return show_team(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, InvitingMember, ChangingMember)
        return await take_seat(self, TeamPage)


def team_page() -> rx.Component:
    view = last_seen("team", TeamPage.view)
    return settings_page(
        for_whoever_may(view, _team(view)),
        invite_dialog(view),
        role_dialog(view),
        goodbye_dialog(),
        here="Team",
        page=TeamPage,
        actions=(rx.cond(view.allowed, invite_button()),),
    )


def _team(view: Any) -> rx.Component:
    return rx.fragment(
        titled_card("People", _people(view.members)),
        rx.cond(
            view.gone.length() > 0,
            titled_card("No longer on the team", _people(view.gone)),
        ),
        titled_card("What each role may do", role_matrix()),
    )


def _people(members: rx.Var[Any]) -> rx.Component:
    return rx.el.ul(rx.foreach(members, _member), class_name="-my-4 divide-y divide-line")


def _member(member: Any) -> rx.Component:
    return rx.el.li(
        avatar(member.name),
        rx.el.div(
            rx.el.p(
                rx.el.span(member.name, class_name="font-medium wrap-anywhere"),
                rx.cond(member.standing == "invited", badge("info", "Invited")),
                class_name="flex flex-wrap items-center gap-x-2 gap-y-1",
            ),
            rx.el.p(member.email, class_name="text-xs text-muted wrap-anywhere"),
            rx.el.p(
                rx.el.span(member.role_name, class_name="font-medium text-ink"),
                " · ",
                member.seen,
                class_name="mt-0.5 text-xs text-muted",
            ),
            class_name="min-w-0 flex-1 basis-48",
        ),
        rx.el.div(
            rx.cond(
                member.fixed != "",
                rx.el.p(member.fixed, class_name="text-xs text-muted"),
                rx.match(
                    member.standing,
                    ("invited", _for_an_invited(member)),
                    ("deactivated", rx.fragment()),
                    _for_one_who_is_here(member),
                ),
            ),
            class_name="flex flex-wrap gap-2 empty:hidden",
        ),
        key=member.id,
        class_name="flex flex-wrap items-center gap-x-4 gap-y-3 py-4",
    )


def _for_an_invited(member: Any) -> rx.Component:
    return rx.fragment(
        _small("Send again", "Send the invitation again to ", member, InvitingMember.again),
        _ask("Withdraw", "Withdraw the invitation of ", "withdraw", member),
        key="invited",
    )


def _for_one_who_is_here(member: Any) -> rx.Component:
    return rx.fragment(
        _ask("Change role", "Change the role of ", "role", member),
        _ask("Deactivate", "Deactivate ", "deactivate", member),
        key="here",
    )


def _small(label: str, spoken: str, member: Any, handler: Any) -> rx.Component:
    return button(
        label,
        kind="secondary",
        size="compact",
        on_click=handler(member.id),
        aria_label=rx.Var.create(spoken) + member.name.to(str),
    )


def _ask(label: str, spoken: str, question: str, member: Any) -> rx.Component:
    return button(
        label,
        kind="secondary",
        size="compact",
        on_click=ChangingMember.ask(member.id, question, member.role),
        aria_label=rx.Var.create(spoken) + member.name.to(str),
    )
