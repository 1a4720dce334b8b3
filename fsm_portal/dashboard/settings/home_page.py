"""Settings: the way to its sections."""

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.setting_up import setup_list
from fsm_portal.dashboard.settings.settings_page import (
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
            rx.el.div(
                setup_list(view.desk.setup),
                section_list(view.desk.may),
                # At the side they are too, and the walk names most of them.
                rx.cond(~view.desk.setup.active, section_cards(view.desk.may)),
                key="sections",
                class_name="flex flex-col gap-4",
            ),
            loading(skeleton_card(6)),
        ),
        here="",
        page=SettingsHome,
    )
