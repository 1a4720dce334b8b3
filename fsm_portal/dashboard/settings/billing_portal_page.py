"""Settings, Billing portal: what customers may do on Stripe's own page."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.saving import (
    SettingsForm,
    keeping,
    problem,
    settings_form,
    texts_of,
)
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.billing_portal import BILLING_PORTAL
from fsm_portal.flows.settings.show import SectionView, show_section
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.field import checkbox, text_field
from fsm_portal.ui.last_seen import last_seen


class BillingPortalSettings(SettingsForm, rx.State):
    view: SectionView = SectionView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> SectionView:
        return show_section(scope, BILLING_PORTAL)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, BillingPortalSettings)
        return await take_seat(self, BillingPortalSettings)

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed."""
        async for step in keeping(self, BILLING_PORTAL, form, "Billing portal saved"):
            yield step


def billing_portal_page() -> rx.Component:
    view = last_seen("settings_billing_portal", BillingPortalSettings.view)
    return settings_page(
        for_whoever_may(view, _page(view)), here="Billing portal", page=BillingPortalSettings
    )


def _page(view: Any) -> rx.Component:
    return rx.fragment(
        titled_card(
            "What it is",
            rx.el.p(
                "A page at Stripe where a customer sees and changes the cards and bank accounts "
                "that are saved with you. Customers get there from their portal, under Account; "
                "you from a customer’s page, with View."
            ),
        ),
        card(_form(view)),
    )


def _form(view: Any) -> rx.Component:
    state, values = BillingPortalSettings, texts_of(view)
    return settings_form(
        rx.el.fieldset(
            rx.el.legend("What customers may do there", class_name="mb-1 font-medium"),
            checkbox(
                "Change cards and bank accounts",
                name="cards",
                hint="Add, remove, and choose which is used first.",
                default_checked=values["cards"] == "on",
            ),
            checkbox(
                "See invoices made at Stripe",
                name="invoices",
                hint="Only of use if you also bill at Stripe itself. Invoices from here are in the "
                "customer portal.",
                default_checked=values["invoices"] == "on",
            ),
            rx.el.p(
                problem(state, "cards"),
                aria_live="polite",
                class_name="mt-1 text-xs font-medium text-bad empty:hidden",
            ),
        ),
        text_field(
            "Headline",
            name="headline",
            hint="Stands at the top of the page, 60 letters at most.",
            error=problem(state, "headline"),
            default_value=values["headline"],
            auto_complete="off",
        ),
        rx.el.div(
            _address(state, values, "privacy", "Privacy policy"),
            _address(state, values, "terms", "Terms of service"),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        rx.el.p("Changes show when a customer next goes there.", class_name="text-xs text-muted"),
        state=state,
        view=view,
    )


def _address(state: Any, values: Any, name: str, label: str) -> rx.Component:
    return text_field(
        label,
        name=name,
        error=problem(state, name),
        default_value=values[name],
        placeholder="https://",
        input_mode="url",
        auto_complete="off",
    )
