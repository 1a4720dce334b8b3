"""Check your account information: the first page of whoever has just signed a company up."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.settings.company_fields import company_fields
from fsm_portal.dashboard.settings.saving import SettingsForm, keeping, settings_form
from fsm_portal.dashboard.settings.sections import HOME
from fsm_portal.dashboard.settings.settings_page import for_whoever_may
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.company import COMPANY
from fsm_portal.flows.settings.show import SectionView, show_section
from fsm_portal.ui.card import card
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.title import page_title


class Welcome(SettingsForm, rx.State):
    view: SectionView = SectionView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> SectionView:
        return show_section(scope, COMPANY)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, Welcome)
        return await take_seat(self, Welcome)

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed, and go on."""
        kept = False
        async for step in keeping(self, COMPANY, form, "Company saved"):
            kept = True
            yield step
        if kept and self.basis and not self.problems:
            yield rx.redirect(HOME)


def welcome_page() -> rx.Component:
    view = last_seen("welcome", Welcome.view)
    return staff_page(
        page_title("Check your account information"),
        rx.el.div(
            rx.el.p(
                "This stands on your invoices, and decides their currency and days. Some of it we "
                "guessed. Everything can be changed later, under Settings.",
                class_name="mb-4 text-muted",
            ),
            for_whoever_may(view, card(_form(view))),
            class_name="max-w-3xl",
        ),
        here="Settings",
        page=Welcome,
    )


def _form(view: Any) -> rx.Component:
    return settings_form(
        *company_fields(Welcome, view, guess_zone=True),
        state=Welcome,
        view=view,
        save="Looks right, go on",
    )
