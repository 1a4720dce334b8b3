"""Settings, Branding: the company's logo and colour, with how they look."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.logo_picker import logo_picker
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
from fsm_portal.flows.settings.branding import (
    BRANDING,
    BrandingView,
    CannotBrandHere,
    ColourView,
    look_at_colour,
    show_branding,
    take_logo_off,
)
from fsm_portal.ui.avatar import avatar
from fsm_portal.ui.button import button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.field import text_field
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.toast import say


class BrandingSettings(SettingsForm, rx.State):
    view: BrandingView = BrandingView()
    # The colour that is being tried; none until one is typed.
    tried: ColourView = ColourView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> BrandingView:
        return show_branding(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        if await begin(self, BrandingSettings):
            self.tried = ColourView()
        return await take_seat(self, BrandingSettings)

    @rx.event
    async def look(self, text: str) -> EventSpec | None:
        """Show how a colour would look."""
        if await clerk(self, May.CHANGE_SETTINGS) is None:
            return to_sign_in()
        try:
            self.tried = look_at_colour(text[:20] if isinstance(text, str) else "")
            self.problems = {}
        except ValueError:
            # Half typed; whoever saves it is told.
            self.tried = ColourView()
        return None

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed."""
        async for step in keeping(self, BRANDING, form, "Colour saved"):
            yield step

    @rx.event
    async def remove_logo(self) -> EventSpec | None:
        """Show the company's initials again."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        try:
            live.ring(await asyncio.to_thread(take_logo_off, who))
        except CannotBrandHere as error:
            await say(self, str(error), "warn")
            return None
        await say(self, "Logo removed")
        return None


def branding_page() -> rx.Component:
    view = last_seen("settings_branding", BrandingSettings.view)
    return settings_page(for_whoever_may(view, _page(view)), here="Branding", page=BrandingSettings)


def _page(view: Any) -> rx.Component:
    return rx.fragment(
        titled_card(
            "Logo",
            rx.el.div(
                rx.el.div(
                    rx.cond(
                        view.logo != "",
                        rx.el.img(
                            src=view.logo, alt="Your logo", class_name="max-h-16 max-w-56", key="l"
                        ),
                        rx.el.div(avatar(view.desk.company.name), key="a"),
                    ),
                    class_name="flex min-h-24 min-w-40 items-center justify-center rounded-xl "
                    "border border-line bg-paper p-4",
                ),
                rx.el.div(
                    rx.el.div(
                        logo_picker(),
                        rx.cond(
                            view.logo != "",
                            button("Remove", kind="link", on_click=BrandingSettings.remove_logo),
                        ),
                        class_name="flex flex-wrap items-start gap-2",
                    ),
                    rx.el.p(
                        "PNG or JPEG, 5 MB at most. Wide logos and square ones are both fine; a "
                        "transparent ground is best. Without one your initials stand there.",
                        class_name="mt-2 text-xs text-muted",
                    ),
                    class_name="min-w-0 flex-1 basis-64",
                ),
                class_name="flex flex-wrap items-center gap-5",
            ),
        ),
        card(_form(view)),
    )


def _form(view: Any) -> rx.Component:
    state = BrandingSettings
    shown = rx.cond(state.tried.color != "", state.tried, view.colour)
    return settings_form(
        rx.el.div(
            text_field(
                "Colour",
                name="color",
                hint="Buttons, links and your papers wear it. Such as #0f766e.",
                error=problem(state, "color"),
                default_value=texts_of(view)["color"],
                on_change=state.look.debounce(200),
                auto_complete="off",
                spell_check=False,
                max_length=7,
            ),
            rx.el.div(
                class_name="mt-7.5 size-11 rounded-lg border border-line",
                style={"background": shown.color},
                custom_attrs={"aria-hidden": "true"},
            ),
            class_name="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-3",
        ),
        rx.el.div(
            rx.el.div(
                _sample("Light", shown.light),
                _sample("Dark", shown.dark),
                class_name="grid gap-3 sm:grid-cols-2",
            ),
            rx.el.p(shown.note, aria_live="polite", class_name="mt-2 text-xs text-muted"),
        ),
        state=state,
        view=view,
        save="Save colour",
    )


def _sample(name: str, sample: Any) -> rx.Component:
    """How a button and a link look in one scheme, whichever the page is in."""
    return rx.el.div(
        rx.el.span(name, class_name="text-xs", style={"color": sample.text}),
        rx.el.div(
            rx.el.span(
                "Pay now",
                class_name="inline-flex min-h-10 items-center rounded-lg px-4 font-semibold",
                style={"background": sample.fill, "color": sample.ink},
            ),
            rx.el.span("View invoice", class_name="font-medium", style={"color": sample.link}),
            class_name="mt-2 flex flex-wrap items-center gap-4",
        ),
        class_name="rounded-xl border border-line p-4",
        style={"background": sample.ground},
        custom_attrs={"aria-hidden": "true"},
    )
