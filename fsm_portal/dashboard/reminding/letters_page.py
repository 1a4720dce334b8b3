"""The reminders of a real invoice before they leave: which one, which step, and the letter."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.letter_shown import letter_shown
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.reminding.its_steps import PATH
from fsm_portal.flows.reminding.preview import (
    LettersView,
    PreviewQuery,
    preview_query,
    show_letters,
)
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import document_link, link
from fsm_portal.ui.long_list import in_address, said
from fsm_portal.ui.notice import notice
from fsm_portal.ui.search import search
from fsm_portal.ui.values import if_any

_STEP = "block rounded-lg border px-4 py-3"
_HERE = f"{_STEP} border-brand bg-brand-soft text-ink"
_ELSEWHERE = f"{_STEP} border-line text-ink hover:bg-sunken"


class ReminderLetters(rx.State):
    """Which invoice and which step stand in the address."""

    view: LettersView = LettersView()

    @classmethod
    def load_view(cls, scope: Scope, params: PreviewQuery) -> LettersView:
        return show_letters(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        return await take_seat(self, ReminderLetters, self._query(said(self, "q")))

    @rx.event
    async def look_for(self, text: str) -> EventSpec:
        """Offer the open invoices that fit what was typed."""
        if await clerk(self, May.CHANGE_SETTINGS) is None:
            return to_sign_in()
        wanted = self._query(text)
        days = "" if wanted.days is None else str(wanted.days)
        return go(PATH, invoice=wanted.invoice_id, step=days, q=wanted.search)

    def _query(self, search: object) -> PreviewQuery:
        return preview_query(said(self, "invoice"), said(self, "step"), search)


def letters_page() -> rx.Component:
    view = last_seen("reminder_letters", ReminderLetters.view)
    return settings_page(
        for_whoever_may(view, _page(view)),
        here="Reminders",
        page=ReminderLetters,
        up=("Reminders", "/dashboard/settings/reminders/"),
        title="Letters of reminders",
    )


def _page(view: Any) -> rx.Component:
    return titled_card(
        "As your customer gets them",
        rx.cond(
            view.preview.id != "",
            rx.el.div(_real(view), key="real"),
            rx.el.div(_made_up(view), key="made-up"),
        ),
    )


def _made_up(view: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p(
            "No invoice is open. This is the letter a week after the due date of one that was made "
            "up.",
            class_name="-mt-2 mb-4 text-muted",
        ),
        letter_shown(view.sample.subject, view.sample.html, view.sample.text),
    )


def _real(view: Any) -> rx.Component:
    preview = view.preview
    return rx.fragment(
        _about(preview),
        _others(preview),
        rx.cond(
            preview.quiet != "",
            rx.el.div(
                notice("No reminders of it now", preview.quiet, tone="warn"), class_name="mt-4"
            ),
        ),
        rx.el.ul(
            rx.foreach(preview.steps, lambda step: _step(step, preview)),
            aria_label="The letter of each day",
            class_name="mt-4 flex flex-col gap-2",
        ),
        rx.cond(
            ~view.has_steps,
            rx.el.p(
                "No days are chosen yet: these are those that many companies begin with.",
                class_name="mt-2 text-xs text-muted",
            ),
            rx.cond(
                ~view.on,
                rx.el.p(
                    "Reminders are off: nothing goes out by itself.",
                    class_name="mt-2 text-xs text-muted",
                ),
            ),
        ),
        rx.cond(
            preview.letter.html != "",
            rx.el.div(
                if_any(
                    preview.reader,
                    rx.el.p(
                        rx.el.span("To ", class_name="text-muted"),
                        preview.reader,
                        rx.el.span(", in ", preview.language, class_name="text-muted"),
                        class_name="mb-1 wrap-anywhere",
                    ),
                ),
                letter_shown(preview.letter.subject, preview.letter.html, preview.letter.text),
                rx.el.p(
                    "It stands in the thread of the invoice’s own mail and brings ",
                    document_link(
                        "the PDF", href="/documents/invoices/" + preview.id.to(str) + ".pdf"
                    ),
                    ". It says what is still due when it leaves, and opens that invoice. Its links "
                    "work only in the letter itself. How it begins is yours to write under ",
                    link("Emails", to="/dashboard/settings/emails/"),
                    ".",
                    class_name="mt-3 text-xs text-muted text-pretty",
                ),
                key="letter",
                class_name="mt-6",
            ),
        ),
    )


def _about(preview: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            link(
                preview.number,
                to=rx.Var.create("/dashboard/invoices/") + preview.id.to(str) + "/",
            ),
            rx.el.span(preview.customer, class_name="ml-3 font-medium wrap-anywhere"),
            class_name="min-w-0",
        ),
        rx.el.p(
            rx.el.span(preview.amount, class_name="font-medium tabular-nums"),
            rx.el.span(" due ", preview.due, class_name="text-muted"),
        ),
        class_name="flex flex-wrap items-baseline justify-between gap-x-4",
    )


def _others(preview: Any) -> rx.Component:
    """Folded away until it is wanted, and again once another one was chosen."""
    return rx.el.details(
        rx.el.summary(
            "Another open invoice",
            class_name="inline-flex min-h-11 cursor-pointer items-center font-semibold "
            "text-brand-ink underline-offset-4 hover:underline",
        ),
        search(
            "Number or customer",
            ReminderLetters.look_for.debounce(250),
            auto_complete="off",
            default_value=in_address("q"),
        ),
        rx.el.p(
            rx.cond(preview.offered.length() == 0, "No open invoice fits.", ""),
            aria_live="polite",
            class_name="mt-3 text-muted empty:hidden",
        ),
        rx.el.ul(
            rx.foreach(preview.offered, _offered),
            class_name="mt-2 divide-y divide-line empty:hidden",
        ),
        key=preview.id,
    )


def _offered(one: Any) -> rx.Component:
    return rx.el.li(
        link(
            rx.el.span(
                rx.el.span(one.number, class_name="font-semibold text-brand-ink"),
                rx.el.span(one.customer, class_name="ml-3 wrap-anywhere"),
                class_name="min-w-0",
            ),
            rx.el.span(one.amount, " due ", one.due, class_name="text-muted tabular-nums"),
            to=one.letter,
            class_name="flex min-h-11 flex-wrap items-center justify-between gap-x-4 rounded-lg "
            "px-3 py-2 text-ink hover:bg-sunken",
        ),
        key=one.id,
    )


def _step(step: Any, preview: Any) -> rx.Component:
    here = step.days == preview.chosen
    return rx.el.li(
        link(
            rx.el.span(step.words, class_name="block font-medium"),
            rx.el.span(
                step.when,
                class_name=rx.cond(
                    step.quiet,
                    "block text-xs font-medium text-tone wrap-anywhere",
                    "block text-xs text-muted wrap-anywhere",
                ),
                custom_attrs={"data-tone": "warn"},
            ),
            to=step.letter,
            class_name=rx.cond(here, _HERE, _ELSEWHERE),
            custom_attrs={"aria-current": rx.cond(here, "true", "false")},
        ),
        key=step.days.to_string(),
    )
