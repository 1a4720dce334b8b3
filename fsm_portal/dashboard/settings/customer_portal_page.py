"""Settings, Customer portal: its switch, the link for all customers, the invitation."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.copyable import copyable
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
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.customer_portal import (
    CUSTOMER_PORTAL,
    LONGEST_INVITATION,
    CustomerPortalView,
    preview_invitation,
    show_customer_portal,
)
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.field import checkbox, text_area
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.notice import notice


class CustomerPortalSettings(SettingsForm, rx.State):
    view: CustomerPortalView = CustomerPortalView()
    # The invitation with what is being typed in it; empty until something is.
    preview: str = ""

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> CustomerPortalView:
        return show_customer_portal(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        if await begin(self, CustomerPortalSettings):
            self.preview = ""
        return await take_seat(self, CustomerPortalSettings)

    @rx.event
    async def look(self, text: str) -> EventSpec | None:
        """Show the invitation with what was typed so far."""
        who = await clerk(self, May.CHANGE_SETTINGS)
        if who is None:
            return to_sign_in()
        if not isinstance(text, str):
            return None
        try:
            cut = text[: LONGEST_INVITATION + 1]
            self.preview = await asyncio.to_thread(preview_invitation, who.scope, cut)
        except ValueError as error:
            self.problems = self.problems | {"invitation": str(error)}
            return None
        self.problems = {name: said for name, said in self.problems.items() if name != "invitation"}
        return None

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed."""
        async for step in keeping(self, CUSTOMER_PORTAL, form, "Customer portal saved"):
            yield step


def customer_portal_page() -> rx.Component:
    view = last_seen("settings_customer_portal", CustomerPortalSettings.view)
    return settings_page(
        for_whoever_may(view, _page(view)), here="Customer portal", page=CustomerPortalSettings
    )


def _page(view: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(~view.in_plan, _not_in_plan(view)),
        titled_card(
            "Access link",
            rx.el.p(
                "One address for all your customers: put it on your website, in your signature, on "
                "paper. Whoever types an address there that you know is mailed a sign-in link."
            ),
            rx.el.div(
                copyable(text=view.access_url),
                class_name="mt-3 flex min-h-11 items-center rounded-lg bg-sunken px-3",
            ),
        ),
        card(_form(view)),
        titled_card(
            "The invitation as your customer reads it",
            rx.el.div(
                rx.cond(
                    CustomerPortalSettings.preview != "",
                    CustomerPortalSettings.preview,
                    view.letter,
                ),
                class_name="max-h-[28rem] overflow-y-auto rounded-lg bg-sunken p-4 "
                "whitespace-pre-line wrap-anywhere",
                tab_index=0,
                role="region",
                aria_label="The invitation",
            ),
            rx.el.p(
                "It is mailed when you press Invite to portal on a customer or one of their "
                "invoices. The link in it is each customer’s own.",
                class_name="mt-3 text-xs text-muted",
            ),
        ),
    )


def _form(view: Any) -> rx.Component:
    state = CustomerPortalSettings
    return settings_form(
        checkbox(
            "Customers have a portal",
            name="portal",
            hint="Where it is off, customers read whom to ask instead, and mails and papers carry "
            "no link. Invoices can still be sent and paid by other means.",
            default_checked=texts_of(view)["portal"] == "on",
        ),
        text_area(
            "Invitation",
            name="invitation",
            hint="What it says before the button. Leave it empty to have our words.",
            error=problem(state, "invitation"),
            default_value=texts_of(view)["invitation"],
            placeholder=view.own_words,
            on_change=state.look.debounce(400),
            rows="6",
        ),
        state=state,
        view=view,
    )


def _not_in_plan(view: Any) -> rx.Component:
    return notice(
        "The customer portal is part of Pro",
        "Your plan is " + view.plan + ": customers cannot come in, whatever is set here.",
        tone="warn",
        action=link("See the plans", to="/dashboard/settings/plan/"),
    )
