"""The walk through the settings of a new company: how far it is, and on to what comes next."""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.settings.sections import HOME, SECTIONS
from fsm_portal.domain.role import May
from fsm_portal.flows.signing_up.setup import STEPS, go_on, put_away
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import SURFACE, card
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.progress import progress
from fsm_portal.ui.toast import say

_PLACES = {place.part: place for place in SECTIONS}
# Those of the steps that have a page.
_STEPS = tuple((part, name) for part, name in STEPS if part in _PLACES)


class SettingUp(rx.State):
    """Presses of the buttons below; how far the company is, the pushed desk says."""

    @rx.event
    async def go_on(self, part: str) -> EventSpec | None:
        """What is open is done: on to the next."""
        who = await clerk(self, May.CHANGE_SETTINGS)
        if who is None:
            return to_sign_in()
        if not isinstance(part, str):
            return None
        following, topics = await asyncio.to_thread(go_on, who, part)
        live.ring(topics)
        if following in _PLACES:
            return rx.redirect(_PLACES[following].to)
        await say(self, "Your company is set up")
        return rx.redirect("/dashboard/")

    @rx.event
    async def put_away(self) -> EventSpec | None:
        """Do without the rest."""
        who = await clerk(self, May.CHANGE_SETTINGS)
        if who is None:
            return to_sign_in()
        live.ring(await asyncio.to_thread(put_away, who))
        await say(self, "Everything stays under Settings")
        return None


def setup_bar(setup: Any, here: str) -> rx.Component:
    """Above a section, while the company is being set up. ``here`` is the section's name."""
    part = next((part for part, name in _STEPS if name == here), "")
    if not part:
        return rx.fragment()
    return rx.cond(
        setup.active,
        rx.el.section(
            rx.el.div(
                progress("Setting up your company", setup.percent, setup.note),
                class_name="min-w-0 flex-1 basis-56",
            ),
            rx.el.div(
                link_button("All steps", to=HOME, kind="link", size="compact"),
                button("Next step", size="compact", on_click=SettingUp.go_on(part)),
                class_name="flex flex-wrap items-center justify-end gap-2 max-sm:w-full",
            ),
            aria_label="Setting up",
            class_name=f"{SURFACE} flex flex-wrap items-center gap-x-6 gap-y-3 p-4",
        ),
    )


def setup_list(setup: Any) -> rx.Component:
    """All steps, those that are done ticked off."""
    return rx.cond(
        setup.active,
        card(
            progress("Setting up your company", setup.percent, setup.note),
            rx.el.ul(
                *[_step(setup, part, name) for part, name in _STEPS],
                class_name="mt-4 divide-y divide-line border-y border-line",
            ),
            rx.el.div(
                button(
                    "I do not need this",
                    kind="link",
                    size="compact",
                    on_click=SettingUp.put_away,
                ),
                class_name="mt-3 flex justify-end",
            ),
            key="setting-up",
        ),
    )


def setup_reminder(setup: Any) -> rx.Component:
    """For the first page of the day, until it is done."""
    return rx.cond(
        setup.active,
        rx.el.section(
            rx.el.div(
                progress("Setting up your company", setup.percent, setup.note),
                class_name="min-w-0 flex-1 basis-56",
            ),
            link_button("Go on", to=HOME, kind="primary", size="compact"),
            aria_label="Setting up",
            key="setup-reminder",
            class_name=f"{SURFACE} flex flex-wrap items-center gap-x-6 gap-y-3 p-4",
        ),
    )


def _step(setup: Any, part: str, name: str) -> rx.Component:
    done = setup.done.contains(part)
    return rx.el.li(
        link(
            rx.cond(
                done,
                rx.el.span(
                    icon("check", "size-4"),
                    class_name="flex size-6 shrink-0 items-center justify-center rounded-full "
                    "bg-tone-soft text-tone",
                    custom_attrs={"data-tone": "good"},
                    key="done",
                ),
                rx.el.span(
                    class_name="size-6 shrink-0 rounded-full border border-edge", key="to-do"
                ),
            ),
            rx.el.span(
                rx.el.span(name, class_name="block font-medium text-ink"),
                rx.el.span(_PLACES[part].words, class_name="block text-xs text-muted"),
                class_name="min-w-0 flex-1",
            ),
            rx.cond(done, rx.el.span("Done", class_name="sr-only")),
            icon("right", "size-4"),
            to=_PLACES[part].to,
            class_name="flex min-h-14 items-center gap-3 py-2 text-muted hover:text-ink",
        )
    )
