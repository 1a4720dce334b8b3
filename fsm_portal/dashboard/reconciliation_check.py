"""Check with Stripe now: the button, how far it is, and what came of it."""

import asyncio
from collections.abc import Generator

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.visiting import beside
from fsm_portal.flows.reconciliation.check import Progress, check_with_stripe
from fsm_portal.flows.reconciliation.may_reconcile import CannotReconcile
from fsm_portal.ui.button import button
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.progress import progress
from fsm_portal.ui.values import Flag


class StripeCheck(rx.State):
    """One check at a time in a tab; two at once, in two tabs, do no harm."""

    busy: bool = False
    step: str = ""
    percent: int = 0
    answer: str = ""
    problem: str = ""

    def _begin(self) -> None:
        self.busy, self.step, self.percent, self.answer, self.problem = False, "", 0, "", ""

    @rx.event(background=True)
    async def check(self) -> EventSpec | None:
        """Ask Stripe now; the tab stays free for anything else meanwhile."""
        async with self:
            who = await clerk(self)
            if who is None:
                return to_sign_in()
            if self.busy:
                return None
            self.answer, self.problem, self.percent = "", "", 0
            self.busy, self.step = True, "Beginning"
        with beside(self):
            try:
                running = check_with_stripe(who)
                while (at := await asyncio.to_thread(_next, running)) is not None:
                    async with self:
                        self.step, self.percent = at.words, at.percent
                        if at.done:
                            self.answer = at.words
                            self.problem = _not_all(at.trouble)
                    live.ring(at.topics)
            except CannotReconcile as error:
                async with self:
                    self.problem = str(error)
            finally:
                async with self:
                    self.busy = False
        return None


def _next(running: Generator[Progress, None, None]) -> Progress | None:
    return next(running, None)


def _not_all(trouble: str) -> str:
    return f"Stripe would not tell everything: {trouble}" if trouble else ""


def check_button(may: Flag) -> rx.Component:
    return button(
        "Check with Stripe now",
        kind="secondary",
        icon="refresh",
        loading=StripeCheck.busy,
        disabled=~rx.Var.create(may).bool(),
        on_click=StripeCheck.check,
    )


def check_progress() -> rx.Component:
    """How far the check is, then what came of it."""
    return live_region(
        rx.cond(
            StripeCheck.busy,
            rx.el.div(
                progress(StripeCheck.step, StripeCheck.percent), key="running", class_name="pb-1"
            ),
            rx.cond(
                StripeCheck.problem,
                rx.el.div(
                    notice("The check could not be finished", StripeCheck.problem, tone="warn"),
                    key="problem",
                ),
                rx.cond(
                    StripeCheck.answer,
                    rx.el.div(notice(StripeCheck.answer, tone="good"), key="answer"),
                ),
            ),
        ),
        class_name="empty:-mb-4",
    )
