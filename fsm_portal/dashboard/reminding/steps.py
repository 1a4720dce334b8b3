"""The steps of the schedule: a list with a button each, and a line to add one."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.form import typed
from fsm_portal.dashboard.settings.saving import Pressing, problem
from fsm_portal.flows.reminding.schedule import add_step, add_usual, remove_step
from fsm_portal.ui.as_typed import as_typed
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import select_field, text_field
from fsm_portal.ui.notice import problem_line

_WHEN = (("after", "after the due date"), ("before", "before the due date"),
         ("on", "on the due date"))  # fmt: skip


class ReminderSteps(Pressing, rx.State):
    # The form begins anew with each step that was added.
    added: int = 0

    @rx.event
    async def add(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Add the step that was typed."""
        count, when = typed(form, ("count", "when")).values()
        async for step in self._press(lambda who: add_step(who, count, when), "Reminder added"):
            yield step

    def _kept(self) -> None:
        self.added += 1

    @rx.event
    async def usual(self) -> EventSpec | None:
        """Begin with what most companies have."""
        return await self._flick(add_usual, "Four reminders added")

    @rx.event
    async def remove(self, days: int) -> EventSpec | None:
        """Take a step away."""
        return await self._flick(lambda who: remove_step(who, days), "Reminder removed")


def steps_card(view: Any) -> rx.Component:
    """``view`` is a ScheduleView."""
    return titled_card(
        "When",
        rx.cond(
            view.steps.length() > 0,
            rx.el.ul(
                rx.foreach(view.steps, _step),
                aria_label="Reminders of an invoice",
                class_name="divide-y divide-line",
            ),
            empty(
                "No days chosen yet",
                "Many companies remind three days before the due date, on the day, and one and two "
                "weeks after it.",
                icon="clock",
                action=button(
                    "Begin with these four", kind="secondary", on_click=ReminderSteps.usual
                ),
            ),
        ),
        _form(view),
    )


def _step(step: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(step.words, class_name="min-w-0 flex-1 font-medium"),
        button(
            "Remove",
            kind="link",
            size="compact",
            on_click=ReminderSteps.remove(step.days),
            aria_label=f"Remove: {step.words}",
        ),
        key=step.days.to_string(),
        class_name="flex min-h-12 items-center gap-4",
    )


def _form(view: Any) -> rx.Component:
    form = rx.el.form(
        rx.el.div(
            text_field(
                "Days",
                name="count",
                error=problem(ReminderSteps, "count"),
                auto_complete="off",
                input_mode="numeric",
                placeholder="7",
            ),
            select_field("When", _WHEN, name="when", error=problem(ReminderSteps, "when")),
            rx.el.div(
                button("Add", type="submit", kind="secondary", loading=ReminderSteps.busy),
                class_name="sm:pt-7",
            ),
            class_name="grid gap-4 sm:grid-cols-[8rem_minmax(0,1fr)_auto]",
        ),
        problem_line(problem(ReminderSteps, ""), "mt-3"),
        key=ReminderSteps.added.to_string(),
        on_submit=ReminderSteps.add,
        no_validate=True,
        class_name="mt-4 border-t border-line pt-4",
    )
    under = rx.Var.create("new step of ") + view.desk.company.name
    return as_typed(form, under=under, until=ReminderSteps.added.to(str), forgets=True)
