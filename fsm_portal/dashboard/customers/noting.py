"""Notes on a customer, for staff only: written, and changed by whoever wrote them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.address import last_part
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import text
from fsm_portal.db import UNREACHABLE
from fsm_portal.domain.customer_note import LONGEST_NOTE
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.flows.customers.notes import CannotNote, change_note, remove_note, write_note
from fsm_portal.ui.as_typed import as_typed
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import text_area
from fsm_portal.ui.toast import say

_LONGEST = 2 * LONGEST_NOTE


class Noting(rx.State):
    """``me`` is the id of whoever looks: one's own notes can be changed. ``press`` will be the id
    of the next new note: the second click of a double one still says the last one's. ``written``
    counts the notes written here, so that the box is empty again after each."""

    me: str = ""
    editing: str = ""
    # Whether the one that is open is to be removed.
    removing: bool = False
    busy: bool = False
    problem: str = ""
    edit_problem: str = ""
    press: str = ""
    written: int = 0

    def _begin(self) -> None:
        self.editing, self.removing, self.busy = "", False, False
        self.problem = self.edit_problem = ""
        self.press = new_id()

    @rx.event
    async def write(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep a new note on the customer of this page."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.busy or text(form, "press") != self.press:
            return
        self.busy, self.problem = True, ""
        yield None
        try:
            topics = await asyncio.to_thread(
                write_note, who, last_part(self), text(form, "note", _LONGEST), self.press
            )
        except CannotNote as error:
            self.problem = str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self.press = new_id()
        self.written += 1

    @rx.event
    async def edit(self, note_id: str) -> EventSpec | None:
        """Open one's own note."""
        if await clerk(self) is None:
            return to_sign_in()
        if isinstance(note_id, str) and is_id(note_id):
            self.editing, self.edit_problem = note_id, ""
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave the note as it is."""
        if await clerk(self) is None:
            return to_sign_in()
        self.editing, self.removing = "", False
        return None

    @rx.event
    async def ask_remove(self) -> EventSpec | None:
        """Ask whether the note that is open is to be removed."""
        if await clerk(self) is None:
            return to_sign_in()
        self.removing = self.editing != ""
        return None

    @rx.event
    async def keep(self) -> EventSpec | None:
        """It is not; it stays open."""
        if await clerk(self) is None:
            return to_sign_in()
        self.removing = False
        return None

    @rx.event
    async def change(self, form: dict[str, Any]) -> EventSpec | None:
        """Keep another text for the note that is open."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        if not self.editing:
            return None
        try:
            changed = text(form, "changed_note", _LONGEST)
            topics = await asyncio.to_thread(change_note, who, self.editing, changed)
        except CannotNote as error:
            self.edit_problem = str(error)
            return None
        live.ring(topics)
        self.editing = ""
        return None

    @rx.event
    async def remove(self) -> EventSpec | None:
        """Take the note away that is open."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        note_id, self.editing, self.removing = self.editing, "", False
        if not note_id:
            return None
        try:
            live.ring(await asyncio.to_thread(remove_note, who, note_id))
        except CannotNote as error:
            await say(self, str(error), "warn")
            return None
        await say(self, "Note removed")
        return None


async def know_writer(page: rx.State) -> None:
    """Tell the tab whose notes can be changed in it."""
    try:
        who = await clerk(page)
    except UNREACHABLE:
        # The page says so itself, and is opened again once it can be.
        return
    state: Any = await page.get_state(Noting)
    state.me = who.person_id if who else ""


def notes_card(view: Any) -> rx.Component:
    """``view`` is a CustomerPageView."""
    return titled_card(
        "Notes",
        rx.el.form(
            as_typed(
                text_area(
                    "New note",
                    name="note",
                    hint="Only your team sees notes, never the customer.",
                    error=Noting.problem,
                    key="note" + Noting.written.to(str),
                ),
                under=rx.Var.create("note on ") + view.id,
                until=Noting.written.to(str),
            ),
            rx.el.input(type="hidden", name="press", value=Noting.press),
            rx.el.div(
                button("Add note", type="submit", kind="secondary", size="compact",
                       loading=Noting.busy),
                class_name="mt-3",
            ),
            on_submit=Noting.write,
        ),
        rx.el.ul(
            rx.foreach(view.notes, _note),
            class_name="mt-5 divide-y divide-line border-t border-line empty:hidden",
        ),
    )  # fmt: skip


def remove_note_dialog() -> rx.Component:
    """The question before a note is removed; once on a page."""
    return dialog(
        rx.el.p("Nobody on your team can read it any more, and it cannot be brought back."),
        dialog_actions(
            button("Keep it", kind="secondary", on_click=Noting.keep),
            button("Remove note", kind="danger", on_click=Noting.remove),
        ),
        name="removing-note",
        title="Remove this note?",
        shown=Noting.removing,
        on_close=Noting.keep,
    )


def _note(note: Any) -> rx.Component:
    return rx.el.li(
        rx.cond(
            Noting.editing == note.id,
            rx.el.form(
                as_typed(
                    text_area(
                        "Your note",
                        name="changed_note",
                        default_value=note.text,
                        error=Noting.edit_problem,
                    ),
                    under=rx.Var.create("note ") + note.id,
                    forgets=True,
                ),
                rx.el.div(
                    button("Save", type="submit", size="compact"),
                    button("Cancel", kind="secondary", size="compact", on_click=Noting.stop),
                    button("Remove", kind="link", size="compact", on_click=Noting.ask_remove),
                    class_name="mt-3 flex flex-wrap gap-2",
                ),
                on_submit=Noting.change,
                key="form",
            ),
            rx.el.div(
                rx.el.p(note.text, class_name="whitespace-pre-line wrap-anywhere"),
                rx.el.div(
                    rx.el.p(note.by, ", ", note.when, class_name="text-xs text-muted"),
                    rx.cond(
                        Noting.me == note.by_id,
                        rx.el.div(
                            button(
                                "Edit",
                                kind="link",
                                size="compact",
                                on_click=Noting.edit(note.id),
                                aria_label="Edit note",
                            ),
                            class_name="-my-2 -mr-3",
                        ),
                    ),
                    class_name="mt-1.5 flex items-center justify-between gap-3",
                ),
                key="text",
            ),
        ),
        key=note.id,
        class_name="py-4 last:pb-0",
    )
