"""Settings, Emails: how the company begins its letters, and how they look with it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.form import text
from fsm_portal.dashboard.settings.letter_shown import letter_shown
from fsm_portal.dashboard.settings.saving import Pressing, problem
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.dashboard.visiting import begin
from fsm_portal.domain.mail_text import LONGEST_TEXT, TextKind
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.settings.emails import (
    KINDS,
    EmailsView,
    OpenText,
    keep_text,
    languages,
    open_text,
    preview,
    release_address,
    show_emails,
)
from fsm_portal.flows.settings.keep import CannotKeep
from fsm_portal.ui.as_typed import as_typed
from fsm_portal.ui.button import button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.field import select_field, text_area
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say


class EmailSettings(Pressing, rx.State):
    """``open`` is the text in the form; ``subject``, ``page`` and ``plain`` the letter with it."""

    view: EmailsView = EmailsView()
    open: OpenText = OpenText("", "", "", "", "")
    subject: str = ""
    page: str = ""
    plain: str = ""
    # The field begins anew with each text that is opened or kept, never while somebody types.
    opened: int = 0
    # What stood there when the text was opened, or was changed to by somebody else meanwhile.
    _known: str = ""

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> EmailsView:
        return show_emails(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        anew = await begin(self, EmailSettings)
        step = await take_seat(self, EmailSettings)
        who = await clerk(self)
        # Over a lost connection the text that is open stays so, with what was typed into it.
        if who is not None and who.may(May.CHANGE_SETTINGS) and (anew or not self.open.kind):
            await self._take_up(who, "", "")
        return step

    @rx.event
    async def choose_kind(self, kind: str) -> EventSpec | None:
        """Open another kind of letter."""
        return await self._choose(kind, self.open.language)

    @rx.event
    async def choose_language(self, language: str) -> EventSpec | None:
        """Open the same in another language."""
        return await self._choose(self.open.kind, language)

    @rx.event
    async def look(self, words: str) -> EventSpec | None:
        """Show the letter with what was typed so far."""
        who = await clerk(self, May.CHANGE_SETTINGS)
        if who is None:
            return to_sign_in()
        if isinstance(words, str):
            await self._look(who, words[: LONGEST_TEXT + 1])
        return None

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.busy:
            return
        self.busy, self.problems = True, {}
        yield None
        words = text(form, "words", LONGEST_TEXT * 2).replace("\r\n", "\n")
        kind, language = self._kind(), self.open.language
        try:
            kept = await asyncio.to_thread(keep_text, who, kind, language, words, self._known)
        except CannotKeep as error:
            self.problems = error.problems
            # The next press is meant: it replaces what is known now. What was typed stays.
            self._known = error.basis.get("words", self._known)
            return
        finally:
            self.busy = False
        await self._show(who, kept)
        live.ring(frozenset({company_topic(who.company_id)}))
        await say(self, "Text saved" if kept.words else "Our own words are used")

    @rx.event
    async def release(self, address: str) -> EventSpec | None:
        """Mail an address again."""
        return await self._flick(
            lambda who: release_address(who, address), "This address is mailed again"
        )

    def _kind(self) -> TextKind:
        return TextKind(self.open.kind or TextKind.INVOICE)

    async def _choose(self, kind: object, language: object) -> EventSpec | None:
        who = await clerk(self, May.CHANGE_SETTINGS)
        if who is None:
            return to_sign_in()
        self.problems = {}
        await self._take_up(who, kind, language)
        return None

    async def _take_up(self, who: Identity, kind: object, language: object) -> None:
        await self._show(who, await asyncio.to_thread(open_text, who.scope, kind, language))

    async def _show(self, who: Identity, text: OpenText) -> None:
        self.open, self._known = text, text.words
        self.opened += 1
        await self._look(who, text.words)

    async def _look(self, who: Identity, text: str) -> None:
        try:
            seen = await asyncio.to_thread(
                preview, who.scope, self._kind(), self.open.language or "en", text
            )
        except ValueError as error:
            self.problems = {"words": str(error)}
            return
        self.problems = {}
        self.subject, self.page, self.plain = seen.subject, seen.html, seen.text


def emails_page() -> rx.Component:
    view = last_seen("settings_emails", EmailSettings.view)
    return settings_page(for_whoever_may(view, _page(view)), here="Emails", page=EmailSettings)


def _page(view: Any) -> rx.Component:
    return rx.fragment(
        card(
            _choice(),
            # Which text is open comes after the page: nothing is typed into another.
            rx.cond(EmailSettings.open.kind != "", _form(view)),
            class_name="flex flex-col gap-5",
        ),
        titled_card(
            "The letter as your customer gets it",
            letter_shown(EmailSettings.subject, EmailSettings.page, EmailSettings.plain),
        ),
        rx.cond(
            view.written.length() > 0,
            titled_card(
                "In your own words",
                rx.el.ul(
                    rx.foreach(view.written, lambda name: rx.el.li(name)),
                    class_name="list-disc pl-5",
                ),
                key="written",
            ),
        ),
        rx.cond(view.held.length() > 0, _held(view)),
    )


def _choice() -> rx.Component:
    state = EmailSettings
    return rx.el.div(
        select_field(
            "Letter",
            [(kind.value, name) for kind, name in KINDS],
            name="kind",
            value=state.open.kind,
            on_change=state.choose_kind,
        ),
        select_field(
            "For readers of",
            languages(),
            name="language",
            hint="Each customer is written to in the language of their locale.",
            value=state.open.language,
            on_change=state.choose_language,
        ),
        class_name="grid gap-4 sm:grid-cols-2",
    )


def _form(view: Any) -> rx.Component:
    state = EmailSettings
    return rx.el.form(
        as_typed(
            text_area(
                "How it begins",
                name="words",
                hint="After the greeting. An empty line begins a paragraph. Leave it empty to have "
                "our words.",
                error=problem(state, "words"),
                default_value=state.open.words,
                placeholder=state.open.ours,
                on_change=state.look.debounce(400),
                dir="auto",
                rows="6",
                key=state.opened.to_string(),
            ),
            under=rx.Var.create(f"{state.open.kind} in {state.open.language} of ")
            + view.desk.company.name,
            until=state.opened.to_string(),
            forgets=True,
        ),
        rx.el.p(
            "You can use ",
            rx.el.code(state.open.slots, class_name="wrap-anywhere"),
            class_name="mt-2 text-xs text-muted",
        ),
        live_region(problem(state, "")),
        rx.el.div(
            button("Save text", type="submit", loading=state.busy),
            link("The invitation to the portal", to="/dashboard/settings/customer-portal/"),
            class_name="mt-5 flex flex-wrap items-center gap-x-6 gap-y-2",
        ),
        on_submit=state.save,
        no_validate=True,
    )


def _held(view: Any) -> rx.Component:
    return titled_card(
        "Addresses that are not mailed",
        rx.el.p(
            "They refused a letter for good, or their reader reported one as unwanted. Sign-in "
            "links that somebody asks for still go there.",
            class_name="-mt-2 mb-3 text-xs text-muted",
        ),
        rx.el.ul(
            rx.foreach(
                view.held,
                lambda row: rx.el.li(
                    rx.el.div(
                        rx.el.span(row.address, class_name="block font-medium text-ink"),
                        rx.el.span(row.why, class_name="block text-xs text-muted"),
                        class_name="min-w-0 flex-1 wrap-anywhere",
                    ),
                    button(
                        "Mail again",
                        kind="link",
                        aria_label="Mail " + row.address + " again",
                        on_click=EmailSettings.release(row.address),
                    ),
                    class_name="flex items-center gap-4 py-3",
                ),
            ),
            class_name="divide-y divide-line",
        ),
        rx.cond(view.more != "", rx.el.p(view.more, class_name="mt-3 text-xs text-muted")),
        key="held",
    )
