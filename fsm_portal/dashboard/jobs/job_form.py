"""The form of a job: planned anew, or changed in a dialog on its page."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.address import said
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.role import May
from fsm_portal.flows.jobs.save_job import CannotSaveJob, JobWords, create_job, edit_job
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import select_field, text_area, text_field
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say

# Longer than anything that can be kept: what is cut off here was refused anyway.
_LONGEST = 4000


class JobForm(rx.State):
    """The job whose dialog is open, and what is the matter with what was typed.

    Each visit to an empty form is one press: however often it is sent, one job comes of it.
    """

    editing: str = ""
    busy: bool = False
    # The field the problem stands beside; none if it is about no field.
    field: str = ""
    problem: str = ""
    _press: str = ""

    def _begin(self, job_id: str = "") -> None:
        self.editing, self.busy, self.field, self.problem = job_id, False, "", ""
        self._press = new_id()

    @rx.event
    async def edit(self, job_id: str) -> EventSpec | None:
        """Open the form of a job."""
        if await clerk(self, May.EDIT_JOBS) is None:
            return to_sign_in()
        if isinstance(job_id, str) and is_id(job_id):
            self._begin(job_id)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Close the form and keep nothing."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def create(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Plan a job for the customer that the address names."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.busy or not self._press:
            return
        self.busy, self.field, self.problem = True, "", ""
        yield None
        customer = (said(self, "customer") or "")[:_LONGEST]
        try:
            made, topics = await asyncio.to_thread(
                create_job, who, customer, _words(form), self._press
            )
        except CannotSaveJob as error:
            self.field, self.problem = error.field, str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        await say(self, "Job planned")
        yield rx.redirect(f"/dashboard/jobs/{made}/")

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed for the job whose form is open."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if not self.editing or self.busy:
            return
        self.busy, self.field, self.problem = True, "", ""
        yield None
        try:
            topics = await asyncio.to_thread(edit_job, who, self.editing, _words(form))
        except CannotSaveJob as error:
            self.field, self.problem = error.field, str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Job saved")


def _words(form: object) -> JobWords:
    typed = form if isinstance(form, dict) else {}
    values = (typed.get(name) for name in ("title", "description", "day", "time", "technician"))
    return JobWords(*(value[:_LONGEST] if isinstance(value, str) else "" for value in values))


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
    return rx.cond(JobForm.field == field, JobForm.problem, "")


def job_problem() -> rx.Component:
    """What is the matter with the job as a whole."""
    return live_region(
        rx.cond(
            JobForm.field == "",
            rx.el.p(JobForm.problem, class_name="mt-4 font-medium text-bad empty:hidden"),
        )
    )


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
        shown=JobForm.editing != "",
        on_close=JobForm.stop,
    )
