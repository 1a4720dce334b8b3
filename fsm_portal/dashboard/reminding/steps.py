"""The steps of the schedule: a list with a button each, and a line to add one."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.settings.saving import problem_in
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import select_field, text_field
from fsm_portal.ui.notice import problem_line

_WHEN = (("after", "after the due date"), ("before", "before the due date"),
         ("on", "on the due date"))  # fmt: skip


def steps_card(view: Any, state: Any) -> rx.Component:
    """``state`` has the handlers ``add``, ``remove`` and ``usual``."""
    return titled_card(
        "When",
        rx.cond(
            view.steps.length() > 0,
            rx.el.ul(
                rx.foreach(view.steps, lambda step: _step(step, state)),
                aria_label="Reminders of an invoice",
                class_name="divide-y divide-line",
            ),
            empty(
                "No days chosen yet",
                "Many companies remind three days before the due date, on the day, and one and two "
                "weeks after it.",
                icon="clock",
                action=button("Begin with these four", kind="secondary", on_click=state.usual),
            ),
        ),
        _form(state),
    )


def _step(step: Any, state: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(step.words, class_name="min-w-0 flex-1 font-medium"),
        button(
            "Remove",
            kind="link",
            size="compact",
            on_click=state.remove(step.days),
            aria_label=f"Remove: {step.words}",
        ),
        key=step.days.to_string(),
        class_name="flex min-h-12 items-center gap-4",
    )


def _form(state: Any) -> rx.Component:
    return rx.el.form(
        rx.el.div(
            text_field(
                "Days",
                name="count",
                error=problem_in(state.step_problems, "count"),
                auto_complete="off",
                input_mode="numeric",
                placeholder="7",
            ),
            select_field("When", _WHEN, name="when", error=problem_in(state.step_problems, "when")),
            rx.el.div(
                button("Add", type="submit", kind="secondary", loading=state.adding),
                class_name="sm:pt-7",
            ),
            class_name="grid gap-4 sm:grid-cols-[8rem_minmax(0,1fr)_auto]",
        ),
        problem_line(problem_in(state.step_problems, ""), "mt-3"),
        key=state.added.to_string(),
        on_submit=state.add,
        no_validate=True,
        class_name="mt-4 border-t border-line pt-4",
    )
