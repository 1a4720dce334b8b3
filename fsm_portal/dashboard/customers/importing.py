"""Import from Stripe: the chosen ones or all, how far it is, and what came of it."""

import asyncio
from collections.abc import Generator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.visiting import beside
from fsm_portal.domain.role import May
from fsm_portal.flows.customers.import_from_stripe import (
    CannotImport,
    Imported,
    import_all,
    import_chosen,
)
from fsm_portal.flows.customers.stripe_side import connected_account
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.stripe_directory import AtStripe
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button, spinner
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.progress import progress


class Importing(rx.State):
    """One import at a time in a tab. Two at once, in two tabs, import nobody twice."""

    busy: bool = False
    stopping: bool = False
    # Of how many; 0 while that is not known.
    wanted: int = 0
    percent: int = 0
    step: str = ""
    answer: str = ""
    problem: str = ""

    def _begin(self) -> None:
        self.busy, self.step, self.answer, self.problem = False, "", "", ""

    @rx.event(background=True)
    async def everybody(self) -> EventSpec | None:
        """Import all who are not here yet; the tab stays free for anything else meanwhile."""
        async with self:
            who = await clerk(self, May.EDIT_CUSTOMERS)
            if who is None:
                return to_sign_in()
            if self.busy:
                return None
            self._start(0)
        await self._run(import_all(who))
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Import nobody further; who is here stays."""
        if await clerk(self, May.EDIT_CUSTOMERS) is None:
            return to_sign_in()
        self.stopping = self.busy
        return None

    def _start(self, wanted: int) -> None:
        self.busy, self.stopping, self.wanted, self.percent = True, False, wanted, 0
        self.step, self.answer, self.problem = "Beginning", "", ""

    async def _run(self, going: Generator[Imported, None, None]) -> None:
        """For a background event. Stripe is asked for the next ones between two looks at whether
        to stop."""
        at, problem = Imported(), ""
        with beside(self):
            try:
                while (step := await at_stripe(_next, going)) is not None:
                    at = step
                    live.ring(at.topics)
                    async with self:
                        self.step = f"{at.seen:,} looked at, {at.added:,} imported"
                        self.percent = round(100 * at.seen / self.wanted) if self.wanted else 0
                        # It may take long: whose tab is it now, and may they still?
                        if self.stopping or await clerk(self, May.EDIT_CUSTOMERS) is None:
                            self.stopping = True
                            break
            except CannotImport as error:
                problem = str(error)
            finally:
                await asyncio.to_thread(going.close)
                async with self:
                    words = f"Stopped: {at.words}" if self.stopping else at.words
                    self.answer, self.problem = "" if problem else words, problem
                    if problem:
                        self.problem += f" Until then: {words}"
                    self.busy = self.stopping = False


def _next(going: Generator[Imported, None, None]) -> Imported | None:
    return next(going, None)


async def may_start(page: Any, wanted: int) -> Any:
    """For a background event of ``page`` that holds it: what ``run_chosen`` needs.

    None while another import runs, or for nobody.
    """
    state: Any = await page.get_state(Importing)
    if state.busy or not wanted:
        return None
    state._start(wanted)
    return state


async def run_chosen(importing: Any, who: Identity, chosen: tuple[AtStripe, ...]) -> None:
    """Import ``chosen``, as Stripe told them, once ``may_start`` gave ``importing``."""
    account = await asyncio.to_thread(connected_account, who.company_id)
    await importing._run(import_chosen(who, account, chosen))


def import_all_button() -> rx.Component:
    return button(
        "Import all",
        kind="secondary",
        icon="download",
        loading=Importing.busy,
        on_click=Importing.everybody,
    )


def import_progress() -> rx.Component:
    """How far it is, then what came of it."""
    return live_region(
        rx.cond(
            Importing.busy,
            rx.el.div(
                rx.cond(
                    Importing.wanted > 0,
                    rx.el.div(progress("Importing", Importing.percent, Importing.step), key="some"),
                    rx.el.div(
                        spinner(),
                        rx.el.span(Importing.step, class_name="tabular-nums"),
                        key="all",
                        class_name="flex items-center gap-3 font-medium",
                    ),
                ),
                button(
                    "Stop",
                    kind="secondary",
                    size="compact",
                    on_click=Importing.stop,
                    disabled=Importing.stopping,
                ),
                key="running",
                class_name="flex flex-wrap items-center justify-between gap-3 *:first:grow",
            ),
            rx.fragment(
                rx.cond(
                    Importing.problem,
                    rx.el.div(
                        notice("The import was interrupted", Importing.problem, tone="warn"),
                        key="problem",
                        class_name="mb-3",
                    ),
                ),
                rx.cond(
                    Importing.answer,
                    rx.el.div(notice(Importing.answer, tone="good"), key="answer"),
                ),
            ),
        ),
        class_name="empty:-mb-4",
    )
