"""The notices: what needs a hand, the newest first, each with the way to where it is seen to."""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.noticing.bell import heard
from fsm_portal.dashboard.visiting import begin
from fsm_portal.db import UNREACHABLE
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.noticing.latest import read_the_latest
from fsm_portal.flows.noticing.show import NoticesView, show_notices
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import SURFACE, card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.icon import icon
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import page_title


class NoticesPage(rx.State):
    """``read_before`` is how far the reader had read when the page was opened: what came later
    wears a badge for as long as it is looked at."""

    view: NoticesView = NoticesView()
    read_before: int = 0

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> NoticesView:
        return show_notices(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        """To look at them is to have read them."""
        try:
            who = await clerk(self)
            if who is None:
                return to_sign_in()
            if not who.may(May.TAKE_PAYMENTS):
                # Whoever is told nothing has nothing to read.
                return await take_seat(self, NoticesPage)
            read = await asyncio.to_thread(read_the_latest, who)
        except UNREACHABLE:
            return await take_seat(self, NoticesPage)
        if await begin(self):
            self.read_before = read.before
        await heard(self, read.now)
        return await take_seat(self, NoticesPage)


def notices_page() -> rx.Component:
    view = last_seen("notices", NoticesPage.view)
    return staff_page(
        page_title(
            "Notices",
            rx.cond(
                view.allowed,
                link_button(
                    "Choose what is mailed",
                    to="/dashboard/settings/notifications/",
                    icon="settings",
                    size="compact",
                ),
            ),
        ),
        rx.cond(view.loaded, _content(view), loading(skeleton_card(6))),
        here="Notices",
        page=NoticesPage,
    )


def _content(view: Any) -> rx.Component:
    return rx.cond(
        view.allowed,
        rx.cond(
            view.rows.length() > 0,
            rx.el.ol(
                rx.foreach(view.rows, _row),
                aria_label="Notices",
                key="notices",
                class_name=f"{SURFACE} divide-y divide-line overflow-hidden",
            ),
            card(
                empty(
                    "Nothing to tell",
                    "A payment that fails, a dispute, a Stripe account that is disconnected and "
                    "mail that cannot be delivered are told here, and by mail, as they happen.",
                    icon="bell",
                ),
                key="none",
            ),
        ),
        card(
            empty(
                "Notices are for the office",
                "They are about payments, disputes and mail.",
                icon="lock",
            ),
            key="not-allowed",
        ),
    )


def _row(row: Any) -> rx.Component:
    place = row["to"]
    return rx.el.li(
        rx.el.span(icon("alert", "size-5"), class_name="mt-px text-tone"),
        rx.el.div(
            rx.el.p(
                rx.cond(place != "", link(row.title, to=place), rx.el.span(row.title)),
                rx.cond(
                    row["at"] > NoticesPage.read_before,
                    rx.el.span(badge("info", "New"), class_name="ml-2 inline-block"),
                ),
                class_name="font-medium wrap-anywhere",
            ),
            rx.el.p(row.text, class_name="mt-0.5 text-muted wrap-anywhere"),
            rx.el.p(row.when, class_name="mt-1 text-xs text-muted tabular-nums"),
            class_name="min-w-0 flex-1",
        ),
        key=row.id,
        class_name="flex items-start gap-3 px-5 py-4",
        custom_attrs={"data-tone": row.tone},
    )
