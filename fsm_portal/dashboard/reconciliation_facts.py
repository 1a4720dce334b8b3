"""Facts that are not on the books and work that was given up: what each means, and its buttons."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.form import text
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.reconciliation.given_up import try_again
from fsm_portal.flows.reconciliation.may_reconcile import CannotReconcile
from fsm_portal.flows.reconciliation.settle_fact import (
    LONGEST_NOTE,
    check_again,
    look_up,
    set_aside,
)
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import text_area
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.toast import say
from fsm_portal.ui.values import if_any

# Stripe's ids and our keys are shorter.
_LONGEST = 255


class Settling(rx.State):
    """What is in hand, by its id, and which fact's note is being asked for."""

    busy: str = ""
    asking: str = ""
    note_problem: str = ""

    def _begin(self) -> None:
        self.busy = self.asking = self.note_problem = ""

    @rx.event
    async def check_again(self, event_id: str) -> AsyncIterator[EventSpec | None]:
        """Judge a fact once more."""
        async for event in self._settle(event_id, check_again):
            yield event

    @rx.event
    async def look_up(self, event_id: str) -> AsyncIterator[EventSpec | None]:
        """Ask Stripe about the payment behind a fact, and judge it."""
        async for event in self._settle(event_id, look_up):
            yield event

    @rx.event
    async def ask_why(self, event_id: str) -> EventSpec | None:
        """A fact is to be set aside: ask for a note."""
        if await clerk(self) is None:
            return to_sign_in()
        if _is_key(event_id):
            self.asking, self.note_problem = event_id, ""
        return None

    @rx.event
    async def stop_asking(self) -> EventSpec | None:
        """Close the dialog; nothing is set aside."""
        if await clerk(self) is None:
            return to_sign_in()
        self.asking = ""
        return None

    @rx.event
    async def set_aside(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Set the fact aside that a note was asked for."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        note = text(form, "note", LONGEST_NOTE * 2)
        if not self.asking or self.busy:
            return
        self.busy, self.note_problem = self.asking, ""
        yield None
        try:
            topics = await asyncio.to_thread(set_aside, who, self.asking, note)
        except CannotReconcile as error:
            self.note_problem = str(error)
            return
        finally:
            self.busy = ""
        self.asking = ""
        live.ring(topics)
        await say(self, "Set aside")

    @rx.event
    async def try_again(self, key: str) -> AsyncIterator[EventSpec | None]:
        """Give work that was given up another chance."""

        def again(who: Identity, work: str) -> tuple[str, frozenset[str]]:
            return "It is being tried again", try_again(who, work)

        async for event in self._settle(key, again):
            yield event

    async def _settle(
        self, key: str, settle: Callable[[Identity, str], tuple[str, frozenset[str]]]
    ) -> AsyncIterator[EventSpec | None]:
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if not _is_key(key) or self.busy:
            return
        self.busy = key
        yield None
        try:
            words, topics = await asyncio.to_thread(settle, who, key)
        except CannotReconcile as error:
            await say(self, str(error), "warn")
            return
        finally:
            self.busy = ""
        live.ring(topics)
        if topics:
            await say(self, words, "info")


def _is_key(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()


def facts_card(view: Any) -> rx.Component:
    return titled_card(
        "Told by Stripe, not on the books",
        rx.cond(
            view.facts.length() > 0,
            rx.el.div(
                rx.el.ul(rx.foreach(view.facts, _fact), class_name="-my-4 divide-y divide-line"),
                if_any(view.more_facts, _more(view.more_facts)),
                key="facts",
            ),
            _calm(
                "Nothing waits. What Stripe tells us before its payment is known, or what "
                "contradicts your books, shows here with what to do about it.",
            ),
        ),
    )


def work_card(view: Any) -> rx.Component:
    return titled_card(
        "Work that was given up",
        rx.cond(
            view.work.length() > 0,
            rx.el.div(
                rx.el.ul(rx.foreach(view.work, _work), class_name="-my-4 divide-y divide-line"),
                if_any(view.more_work, _more(view.more_work)),
                key="work",
            ),
            _calm(
                "Nothing was given up. Mail and look-ups are tried for a day by themselves; what "
                "did not work by then shows here."
            ),
        ),
    )


def note_dialog() -> rx.Component:
    """The note for what is set aside; once on the page."""
    return dialog(
        rx.el.form(
            text_area(
                "Why does it not concern your invoices?",
                name="note",
                hint="Kept with it, under your name.",
                error=Settling.note_problem,
                max_length=LONGEST_NOTE,
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=Settling.stop_asking),
                button("Set aside", type="submit", loading=Settling.busy != ""),
            ),
            on_submit=Settling.set_aside,
            no_validate=True,
        ),
        name="set-aside",
        title="Set this aside?",
        text=(
            "It leaves the list, and no invoice changes. If money moved, the next check books it "
            "as not through this portal."
        ),
        shown=Settling.asking != "",
        on_close=Settling.stop_asking,
    )


def _fact(fact: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(fact.title, class_name="font-medium wrap-anywhere"),
            badge(fact.tone, fact.badge),
            rx.el.span(fact.when, class_name="text-xs text-muted"),
            class_name="flex flex-wrap items-center gap-x-3 gap-y-1",
        ),
        rx.el.p(fact.meaning, class_name="mt-1 wrap-anywhere"),
        rx.el.p(fact.advice, class_name="mt-1 text-xs text-muted text-pretty"),
        rx.el.div(copyable(text=fact.reference), class_name="mt-1 max-w-64"),
        rx.el.div(
            rx.cond(
                fact.may_look_up,
                _small("Look it up at Stripe", "search", Settling.look_up(fact.id), fact.id),
            ),
            rx.cond(
                fact.tone == "bad",
                _small("Check again", "refresh", Settling.check_again(fact.id), fact.id),
            ),
            _small("Set aside", "close", Settling.ask_why(fact.id), fact.id),
            class_name="mt-3 flex flex-wrap gap-2",
        ),
        key=fact.id,
        class_name="py-4",
    )


def _work(work: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.cond(
                    work.invoice_id != "",
                    link(work.title, to=f"/dashboard/invoices/{work.invoice_id}/"),
                    rx.el.span(work.title),
                ),
                class_name="font-medium",
            ),
            rx.el.p(work.reason, class_name="mt-0.5 wrap-anywhere"),
            rx.el.p(work.when, class_name="mt-0.5 text-xs text-muted"),
            class_name="min-w-0 flex-1",
        ),
        _small("Try again", "refresh", Settling.try_again(work.key), work.key),
        key=work.key,
        class_name="flex flex-wrap items-start gap-3 py-4",
    )


def _small(label: str, sign: str, on_click: Any, key: Any) -> rx.Component:
    return button(
        label,
        kind="secondary",
        size="compact",
        icon=sign,
        disabled=Settling.busy == key,
        on_click=on_click,
    )


def _calm(text: str) -> rx.Component:
    return rx.el.p(
        icon("check", "mt-px size-5 shrink-0 text-tone"),
        rx.el.span(text),
        key="calm",
        class_name="flex items-start gap-2.5 text-muted text-pretty",
        custom_attrs={"data-tone": "good"},
    )


def _more(text: Any) -> rx.Component:
    return rx.el.p(text, class_name="mt-5 text-xs text-muted")
