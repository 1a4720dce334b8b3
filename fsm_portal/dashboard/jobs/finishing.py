"""Done, cancelled, or not after all: the buttons of a job, and the questions before."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.asking import Asking, Done
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import text
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.jobs.finish_job import CannotFinish, cancel_job, complete_job, reopen_job
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import text_area
from fsm_portal.ui.notice import problem_line
from fsm_portal.ui.toast import say

_LONGEST = 4000


class Finishing(Asking, rx.State):
    """The job that is asked about, and whether it is to be ``done`` or ``cancelled``."""

    question: str = ""

    @rx.event
    async def ask_complete(self, job_id: str) -> EventSpec | None:
        """Open the question what was done."""
        answer = await self._ask(job_id, May.COMPLETE_JOBS)
        self.question = "done"
        return answer

    @rx.event
    async def ask_cancel(self, job_id: str) -> EventSpec | None:
        """Open the question whether it is cancelled."""
        answer = await self._ask(job_id, May.EDIT_JOBS)
        self.question = "cancelled"
        return answer

    @rx.event
    async def complete(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Mark the job that was asked about as done."""
        job_id, report = self.about, text(form, "report", _LONGEST)

        def act(who: Identity) -> Done:
            return "Job done", complete_job(who, job_id, report)

        async for step in self._do(act, CannotFinish):
            yield step

    @rx.event
    async def cancel(self) -> AsyncIterator[EventSpec | None]:
        """Cancel the job that was asked about."""
        job_id = self.about

        def act(who: Identity) -> Done:
            return "Job cancelled", cancel_job(who, job_id)

        async for step in self._do(act, CannotFinish):
            yield step

    @rx.event
    async def reopen(self, job_id: str) -> EventSpec | None:
        """It is to be done after all."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        if not isinstance(job_id, str):
            return None
        try:
            live.ring(await asyncio.to_thread(reopen_job, who, job_id))
        except CannotFinish as error:
            await say(self, str(error), "warn")
            return None
        await say(self, "Job reopened")
        return None


def complete_dialog(view: Any) -> rx.Component:
    """The question what was done; once on a page. ``view`` is a JobView."""
    return dialog(
        rx.el.form(
            text_area(
                "What was done, for the office",
                name="report",
                hint="Hours, parts, what is left to do. The customer does not see it.",
                error=Finishing.problem,
                default_value=view.report,
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=Finishing.stop),
                button("Mark as done", type="submit", icon="check", loading=Finishing.busy),
            ),
            on_submit=Finishing.complete,
            no_validate=True,
        ),
        name="completing",
        title="Is the job done?",
        shown=(Finishing.about != "") & (Finishing.question == "done"),
        on_close=Finishing.stop,
    )


def cancel_dialog() -> rx.Component:
    """The question before a job is cancelled; once on a page."""
    return dialog(
        rx.el.p("The customer is not shown it any more. It can be reopened later."),
        problem_line(Finishing.problem),
        dialog_actions(
            button("Keep it", kind="secondary", on_click=Finishing.stop),
            button(
                "Cancel the job",
                kind="danger",
                loading=Finishing.busy,
                on_click=Finishing.cancel,
            ),
        ),
        name="cancelling",
        title="Cancel this job?",
        shown=(Finishing.about != "") & (Finishing.question == "cancelled"),
        on_close=Finishing.stop,
    )
