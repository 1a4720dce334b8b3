"""The form of a job: planned anew, or changed in a dialog on its page."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.asking import Asking, Done, problem_with
from fsm_portal.dashboard.form import typed
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.jobs.save_job import CannotSaveJob, JobWords, create_job, edit_job
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import select_field, text_area, text_field
from fsm_portal.ui.long_list import said
from fsm_portal.ui.notice import problem_line

# Longer than anything that can be kept: what is cut off here was refused anyway.
_LONGEST = 4000


class JobForm(Asking, rx.State):
    """The job whose dialog is open. A form for a new one, which is no dialog, is about none."""

    def _begin(self, about: str = "") -> None:
        super()._begin(about)
        # Each visit to an empty form is a press, too.
        self._press = new_id()

    @rx.event
    async def edit(self, job_id: str) -> EventSpec | None:
        """Open the form of a job."""
        return await self._ask(job_id, May.EDIT_JOBS)

    @rx.event
    async def create(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Plan a job for the customer that the address names."""
        customer, words, press = (
            (said(self, "customer") or "")[:_LONGEST],
            _words(form),
            self._press,
        )
        made: list[str] = []

        def act(who: Identity) -> Done:
            job_id, topics = create_job(who, customer, words, press)
            made.append(job_id)
            return "Job planned", topics

        async for step in self._do(act, CannotSaveJob):
            yield step
        for job_id in made:
            # The second click of a double one plans nothing, and leads to the same.
            self._press = press
            yield rx.redirect(f"/dashboard/jobs/{job_id}/")

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed for the job whose form is open."""
        job_id, words = self.about, _words(form)

        def act(who: Identity) -> Done:
            return "Job saved", edit_job(who, job_id, words)

        async for step in self._do(act, CannotSaveJob):
            yield step


def _words(form: object) -> JobWords:
    return JobWords(**typed(form, ("title", "description", "day", "time", "technician"), _LONGEST))


def job_fields(view: Any, *, fresh: bool) -> rx.Component:
    """``view`` is a NewJobView for a ``fresh`` job, else a JobView."""
    return rx.el.div(
        text_field(
            "What is to be done",
            name="title",
            error=problem_of("title"),
            default_value="" if fresh else view.title,
            placeholder="Boiler service",
            auto_complete="off",
        ),
        text_area(
            "Description",
            name="description",
            hint="The customer reads both in their portal.",
            error=problem_of("description"),
            default_value="" if fresh else view.description,
        ),
        rx.el.div(
            text_field(
                "Day", name="day", type="date", error=problem_of("day"), default_value=view.day
            ),
            text_field(
                "Time",
                name="time",
                type="time",
                error=problem_of("time"),
                default_value="09:00" if fresh else view.time,
            ),
            class_name="grid grid-cols-2 items-start gap-4",
        ),
        select_field(
            "Technician",
            [("", "Nobody yet")],
            name="technician",
            error=problem_of("technician"),
            more=rx.foreach(
                view.members, lambda one: rx.el.option(one.name, value=one.id, key=one.id)
            ),
            **({} if fresh else {"default_value": view.technician_id}),
        ),
        class_name="flex flex-col gap-4",
    )


def problem_of(field: str) -> rx.Var[str]:
    return problem_with(JobForm, field)


def job_problem() -> rx.Component:
    """What is the matter with the job as a whole."""
    return problem_line(problem_of(""))


def job_dialog(view: Any) -> rx.Component:
    """The form of a job that is there; once on a page. ``view`` is a JobView."""
    return dialog(
        rx.el.form(
            job_fields(view, fresh=False),
            job_problem(),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=JobForm.stop),
                button("Save", type="submit", loading=JobForm.busy),
            ),
            on_submit=JobForm.save,
            no_validate=True,
        ),
        name="job",
        title="Edit job",
        shown=JobForm.about != "",
        on_close=JobForm.stop,
    )
