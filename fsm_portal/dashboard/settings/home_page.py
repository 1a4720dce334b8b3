"""Settings: the way to its sections."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.setting_up import setup_list
from fsm_portal.dashboard.settings.settings_page import (
    has_sections,
    not_yours,
    section_cards,
    section_list,
    settings_page,
)
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.home import SettingsHomeView, show_settings_home
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.skeleton import loading, skeleton_card


class SettingsHome(rx.State):
    view: SettingsHomeView = SettingsHomeView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> SettingsHomeView:
        return show_settings_home(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        return await take_seat(self, SettingsHome)


def settings_home() -> rx.Component:
    view = last_seen("settings_home", SettingsHome.view)
    return settings_page(
        rx.cond(
            view.loaded,
            rx.cond(has_sections(view.desk.may), _sections(view), not_yours()),
            loading(skeleton_card(6)),
        ),
        here="",
        page=SettingsHome,
    )


def _sections(view: Any) -> rx.Component:
    return rx.el.div(
        setup_list(view.desk.setup),
        section_list(view.desk.may),
        # At the side they are too, and the walk names most of them.
        rx.cond(~view.desk.setup.active, section_cards(view.desk.may)),
        key="sections",
        class_name="flex flex-col gap-4",
    )
