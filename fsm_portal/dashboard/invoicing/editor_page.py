"""The editor: a new invoice, or a draft that is changed. What is typed is kept key by key."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.address import address, go
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.customer_form import CustomerForm, new_customer_dialog
from fsm_portal.dashboard.desk import staff_page
from fsm_portal.dashboard.invoicing.editor_sheet import editor_sheet
from fsm_portal.dashboard.visiting import arrived, begin
from fsm_portal.db import UNREACHABLE
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import sheet_topic
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.invoicing.keep_sheet import (
    CannotWrite,
    begin_sheet,
    choose_customer,
    edit_draft,
    is_own_sheet,
    keep_sheet,
    remove_line,
    throw_away,
)
from fsm_portal.flows.invoicing.save_sheet import NewerDraft, Unsound, save_sheet
from fsm_portal.flows.invoicing.send_invoice import CannotSend, send_invoice
from fsm_portal.flows.invoicing.sheet_view import SheetView
from fsm_portal.flows.invoicing.show_sheet import show_sheet
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.long_list import said
from fsm_portal.ui.out_of_reach import missed, reached
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import back_link, page_title
from fsm_portal.ui.toast import say

NEW = "/dashboard/invoices/new/"
LIST = "/dashboard/invoices/"


class EditorPage(rx.State):
    """Ids only: what is typed is in the pushed view, and in the database."""

    view: SheetView = SheetView()
    sheet: str = ""
    # Which of the buttons is at work: "save" or "send".
    busy: str = ""
    problem: str = ""
    attempt: int = 0
    # The revision of the draft that somebody else has saved meanwhile, and which was told of. The
    # form brings it back once it has shown it, and by then the press is meant.
    warned: int = 0
    # Whether it is asked what is to become of what was typed.
    asking: bool = False

    @classmethod
    def load_view(cls, scope: Scope, params: str) -> SheetView:
        return show_sheet(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        self.busy = ""
        if await begin(self, CustomerForm):
            self.problem, self.warned, self.asking = "", 0, False
        try:
            who = await clerk(self)
            if who is None:
                return to_sign_in()
            await reached(self)
            return await self._take_up(who)
        except UNREACHABLE as error:
            await missed(self, error)
            return None

    async def _take_up(self, who: Identity) -> EventSpec | None:
        """Find the sheet that the address means, and show it."""
        parts = self.router.url.path.strip("/").split("/")
        wanted = said(self, "sheet")
        self.sheet = ""
        try:
            if parts[-1] == "edit":
                self.sheet = await asyncio.to_thread(edit_draft, who, parts[-2][:100])
            elif await asyncio.to_thread(is_own_sheet, who, wanted):
                self.sheet = wanted or ""
            else:
                chosen = said(self, "customer"), said(self, "job")
                anew = said(self, "begin") == "anew"
                return go(NEW, sheet=await asyncio.to_thread(begin_sheet, who, *chosen, anew=anew))
        except CannotWrite as error:
            self.problem = str(error)
        topics = {sheet_topic(who.company_id, self.sheet)}
        live.watch(self, EditorPage, topics, who.scope, self.sheet, session_id=who.session_id)
        await arrived(self)
        return None

    @rx.event
    async def typed(self, form: dict[str, Any]) -> EventSpec | None:
        """Keep what stands in the form."""
        return await self._change(keep_sheet, form)

    @rx.event
    async def choose(self, customer_id: str) -> EventSpec | None:
        """Bill this customer; an empty id takes the choice back."""
        return await self._change(choose_customer, customer_id)

    @rx.event
    async def remove(self, key: str) -> EventSpec | None:
        """Take a line off."""
        return await self._change(remove_line, key)

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Write the draft, and show it."""
        async for step in self._save(form, "save"):
            yield step

    @rx.event
    async def send(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Write the draft, and send it to its customer."""
        async for step in self._save(form, "send"):
            yield step

    @rx.event
    async def ask(self) -> EventSpec | None:
        """Ask whether what was typed is to be forgotten."""
        if await clerk(self, May.WRITE_INVOICES) is None:
            return to_sign_in()
        self.asking = bool(self.sheet)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Keep it."""
        if await clerk(self) is None:
            return to_sign_in()
        self.asking = False
        return None

    @rx.event
    async def throw_away(self) -> EventSpec | None:
        """Forget what was typed."""
        who = await clerk(self, May.WRITE_INVOICES)
        if who is None:
            return to_sign_in()
        if not self.asking:
            return None
        self.asking = False
        about = self.router.url.path.strip("/").split("/")
        await asyncio.to_thread(throw_away, who, self.sheet)
        back = f"{LIST}{about[-2][:100]}/" if about[-1] == "edit" else LIST
        return rx.redirect(back)

    async def _change(self, change: Any, what: object) -> EventSpec | None:
        who = await clerk(self, May.WRITE_INVOICES)
        if who is None:
            return to_sign_in()
        live.ring(await asyncio.to_thread(change, who, self.sheet, what))
        return None

    async def _save(self, form: dict[str, Any], what: str) -> AsyncIterator[EventSpec | None]:
        who = await clerk(self, May.WRITE_INVOICES)
        if who is None:
            yield to_sign_in()
            return
        if self.busy or not self.sheet:
            return
        self.busy, self.problem = what, ""
        yield None
        try:
            invoice_id, topics = await asyncio.to_thread(
                save_sheet, who, self.sheet, form, over=_over(form)
            )
        except CannotWrite as error:
            if isinstance(error, Unsound):
                live.ring(error.topics)
            if isinstance(error, NewerDraft):
                self.warned = error.revision
            self.problem, self.attempt = str(error), self.attempt + 1
            return
        finally:
            self.busy = ""
        self.sheet = ""
        live.ring(topics)
        written = rx.redirect(f"{LIST}{invoice_id}/")
        try:
            if what == "send":
                await self._send(who, invoice_id)
        except Exception:
            # There is no sheet to come back to: the draft's own page says how it stands.
            yield written
            raise
        yield written

    async def _send(self, who: Identity, invoice_id: str) -> None:
        try:
            _, topics = await asyncio.to_thread(send_invoice, who, invoice_id)
        except CannotSend as error:
            # It is a draft by now, and its page has the button and asks for a missing address.
            await say(self, f"Saved, but not sent. {error}", "warn")
            return
        live.ring(topics)
        await say(self, "Invoice saved and sent")


def _over(form: object) -> int | None:
    """The revision that the form says was told of."""
    said = form.get("over") if isinstance(form, dict) else None
    is_number = isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 10
    return int(said) if is_number and said else None


def editor_page() -> rx.Component:
    """For a new invoice and for a draft alike: the address says which."""
    view = last_seen("sheet", EditorPage.view)
    # After a step from one sheet to another the view is still the old one for a moment.
    arrived = view.loaded & (view.id == EditorPage.sheet)
    return staff_page(
        rx.cond(
            arrived | (EditorPage.problem != "") & (EditorPage.sheet == ""),
            rx.cond(
                arrived & view.found,
                rx.el.div(
                    _titled(view),
                    editor_sheet(view, EditorPage),
                    # Beside the form: what is typed into a dialog is none of the invoice's.
                    _discard_dialog(view),
                    new_customer_dialog(name=view.customer_search),
                    key=view.id,
                ),
                _none(),
            ),
            rx.el.div(page_title("Invoice"), loading(skeleton_card(12)), key="outline"),
        ),
        here="Invoices",
        page=EditorPage,
    )


def _titled(view: Any) -> rx.Component:
    is_new = view.about == ""
    return rx.el.div(
        rx.cond(
            is_new,
            back_link("All invoices", LIST),
            back_link(
                rx.Var.create("Draft ") + view.number, rx.Var.create(LIST) + view.about + "/"
            ),
        ),
        page_title(
            rx.cond(is_new, "New invoice", rx.Var.create("Edit ") + view.number),
            rx.el.p(view.kept, class_name="text-xs text-muted empty:hidden", aria_live="off"),
            rx.cond(
                is_new & (view.kept != ""),
                link_button(
                    "Start another", to=address(NEW, begin="anew"), icon="plus", size="compact"
                ),
            ),
            rx.cond(
                view.kept != "",
                button(
                    rx.cond(is_new, "Discard", "Discard changes"),
                    kind="link",
                    size="compact",
                    on_click=EditorPage.ask,
                ),
            ),
        ),
        class_name="mb-4",
    )


def _discard_dialog(view: Any) -> rx.Component:
    return dialog(
        rx.el.p(
            rx.cond(
                view.about == "",
                "Everything you typed into it is forgotten. It has no number yet, and nobody was "
                "sent it.",
                "What you changed since it was saved is forgotten. The draft stays as it was.",
            )
        ),
        dialog_actions(
            button("Keep it", kind="secondary", on_click=EditorPage.stop),
            button(
                rx.cond(view.about == "", "Discard this invoice", "Discard my changes"),
                kind="danger",
                on_click=EditorPage.throw_away,
            ),
        ),
        name="discarding",
        title=rx.cond(view.about == "", "Discard this invoice?", "Discard your changes?"),
        shown=EditorPage.asking,
        on_close=EditorPage.stop,
    )


def _none() -> rx.Component:
    return rx.el.div(
        page_title("Invoice"),
        card(
            empty(
                "There is nothing to edit here",
                rx.cond(
                    EditorPage.problem != "",
                    EditorPage.problem,
                    "It was saved or discarded, or your role cannot write invoices.",
                ),
                icon="invoice",
                action=link_button("All invoices", to=LIST),
            )
        ),
        key="none",
        class_name="flex flex-col gap-4",
    )
