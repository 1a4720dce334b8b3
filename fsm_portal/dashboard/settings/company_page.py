"""Settings, Company: who writes the invoices, where, and in which money."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.company_fields import company_fields
from fsm_portal.dashboard.settings.saving import SettingsForm, keeping, settings_form
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.company import COMPANY
from fsm_portal.flows.settings.show import SectionView, show_section
from fsm_portal.ui.card import card
from fsm_portal.ui.last_seen import last_seen


class CompanySettings(SettingsForm, rx.State):
    view: SectionView = SectionView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> SectionView:
        return show_section(scope, COMPANY)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, CompanySettings)
        return await take_seat(self, CompanySettings)

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed."""
        async for step in keeping(self, COMPANY, form, "Company saved"):
            yield step


def company_settings() -> rx.Component:
    view = last_seen("settings_company", CompanySettings.view)
    return settings_page(
        for_whoever_may(view, card(_form(view))), here="Company", page=CompanySettings
    )


def _form(view: Any) -> rx.Component:
    return settings_form(*company_fields(CompanySettings, view), state=CompanySettings, view=view)
