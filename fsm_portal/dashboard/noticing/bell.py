"""The bell: how many notices are new to whoever looks, on every page, as they come.

When notices came is part of every page's view, which all staff of one role share. How far somebody
has read is their own: it is told to their tab, and the browser counts.
"""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.db import UNREACHABLE
from fsm_portal.domain.role import May
from fsm_portal.flows.noticing.own import read_up_to
from fsm_portal.ui.button import ICON_ONLY
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.values import in_browser

PATH = "/dashboard/notices/"
_UNKNOWN = -1


class Bell(rx.State):
    """How far this tab's person has read, in milliseconds since 1970."""

    read: int = _UNKNOWN

    @rx.event
    async def look(self) -> EventSpec | None:
        """Tell the tab how far its person has read, here or elsewhere."""
        try:
            who = await clerk(self)
            if who is None:
                return to_sign_in()
            self.read = await asyncio.to_thread(read_up_to, who)
        except UNREACHABLE:
            # The page says so itself.
            pass
        return None


async def heard(page: rx.State, read: int) -> None:
    """The bell of this tab is silent up to ``read``."""
    bell: Any = await page.get_state(Bell)
    bell.read = read


def bell(desk: Any) -> rx.Component:
    """For whoever is told of anything. ``desk`` is the pushed one; shown twice on a page, once for
    each width."""
    return rx.cond(desk.may.contains(May.TAKE_PAYMENTS.value), _bell(times=desk.notices))


@rx.memo
def _bell(times: rx.Var[list[int]]) -> rx.Component:
    read = Bell.read
    fresh = in_browser("({1} < 0 ? 0 : ({0} ?? []).filter((at) => at > {1}).length)", times, read,
                       of=int)  # fmt: skip
    label = in_browser("({0} ? `Notices, ${{{0}}} new` : 'Notices')", fresh)
    return link(
        icon("bell", "size-5"),
        rx.cond(
            fresh > 0,
            rx.el.span(
                in_browser("({0} >= 20 ? '20+' : String({0}))", fresh),
                aria_hidden="true",
                class_name="absolute top-1 right-1 flex h-4.5 min-w-4.5 items-center "
                "justify-center rounded-full bg-bad px-1 text-[0.6875rem] leading-none "
                "font-semibold text-surface tabular-nums",
            ),
        ),
        to=PATH,
        aria_label=label,
        title=label,
        on_mount=Bell.look,
        class_name=f"relative {ICON_ONLY}",
    )
