"""Done, cancelled, or not after all: the buttons of a job, and the questions before."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May
from fsm_portal.flows.jobs.finish_job import CannotFinish, cancel_job, complete_job, reopen_job
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import text_area
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say

_LONGEST = 4000


class Finishing(rx.State):
    """The job that is asked about, and what: whether it is done, or cancelled."""

    completing: str = ""
    cancelling: str = ""
    busy: bool = False
    problem: str = ""

    def _begin(self) -> None:
        self.completing = self.cancelling = self.problem = ""
        self.busy = False

    @rx.event
    async def ask_complete(self, job_id: str) -> EventSpec | None:
        """Open the question what was done."""
        if await clerk(self, May.COMPLETE_JOBS) is None:
            return to_sign_in()
        self._begin()
        self.completing = job_id if isinstance(job_id, str) and is_id(job_id) else ""
        return None

    @rx.event
    async def ask_cancel(self, job_id: str) -> EventSpec | None:
        """Open the question whether it is cancelled."""
        if await clerk(self, May.EDIT_JOBS) is None:
            return to_sign_in()
        self._begin()
        self.cancelling = job_id if isinstance(job_id, str) and is_id(job_id) else ""
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave the job as it is."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def complete(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Mark the job that was asked about as done."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if not self.completing or self.busy:
            return
        self.busy, self.problem = True, ""
        yield None
        report = form.get("report") if isinstance(form, dict) else None
        text = report[:_LONGEST] if isinstance(report, str) else ""
        try:
            topics = await asyncio.to_thread(complete_job, who, self.completing, text)
        except CannotFinish as error:
            self.problem = str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Job done")

    @rx.event
    async def cancel(self) -> EventSpec | None:
        """Cancel the job that was asked about."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        if not self.cancelling:
            return None
        try:
            live.ring(await asyncio.to_thread(cancel_job, who, self.cancelling))
        except CannotFinish as error:
            self.problem = str(error)
            return None
        self._begin()
        await say(self, "Job cancelled")
        return None

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
        shown=Finishing.completing != "",
        on_close=Finishing.stop,
    )


def cancel_dialog() -> rx.Component:
    """The question before a job is cancelled; once on a page."""
    return dialog(
        rx.el.p("The customer is not shown it any more. It can be reopened later."),
        live_region(
            rx.el.p(Finishing.problem, class_name="mt-4 font-medium text-bad empty:hidden")
        ),
        dialog_actions(
            button("Keep it", kind="secondary", on_click=Finishing.stop),
            button("Cancel the job", kind="danger", on_click=Finishing.cancel),
        ),
        name="cancelling",
        title="Cancel this job?",
        shown=Finishing.cancelling != "",
        on_close=Finishing.stop,
    )
